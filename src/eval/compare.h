// Search methods side by side: the same task, the same evaluations, the same accounting.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "baseline/run.h"
#include "eval/statistics.h"

namespace dinas {

struct ComparedMethod {
  std::string name;
  std::function<std::unique_ptr<SearchMethod>(const SearchTask&, std::uint64_t seed)> make;
};

/// What the best possible outcome is, as far as it is known.
struct SearchTarget {
  std::optional<double> optimum;  // one objective: the best value that keeps the limits, its unit
  std::optional<double> worst;    // the worst value that keeps them: what a run that found none has
  std::vector<std::pair<double, double>> ranges;  // several: (worst, best) of each, its unit
  double hypervolume = 0.0;                       // several: of all that keeps the limits, scaled
};

struct CompareOptions {
  std::uint64_t budget = 100;
  std::uint32_t seeds = 40;
  std::uint64_t first_seed = 0;
  int threads = 1;          // never changes a result, times apart
  double tolerance = 0.02;  // so close to the optimum counts as reaching it, in the metric's unit
};

/// So close to the optimum counts as near it, and a regret up to kSmallRegret as small, in the
/// metric's unit.
inline constexpr double kNearOptimum = 0.3;
inline constexpr double kSmallRegret = 0.5;

/// The best so far over the seeds after every evaluation: the value of the objective, or, of
/// several, the share of the true hypervolume. NaN where no run has anything that keeps the limits.
struct CompareCurve {
  std::vector<double> mean, low, median, high;  // [budget]; low and high: quartiles
};

/// Means over the seeds. A run that misses counts with the whole budget, and with the worst value
/// that keeps the limits where it found none.
struct MethodOutcome {
  std::string name;
  CompareCurve curve;
  std::vector<std::vector<double>> best;  // [seeds][budget], what the curve summarises
  std::vector<double> reported;           // [seeds] reported metric of the choice; empty: none
  std::optional<double> hit_share, evaluations_to_optimum, evaluations_to_near;
  std::optional<double> regret, small_regret_share;
  double evaluations = 0.0;  // mean length of a run
  double seconds = 0.0;      // of the method alone, mean of a run
};

struct PairedDifference {
  std::string first;  // positive differences are in its favour
  std::string second;
  std::uint64_t at = 0;  // evaluations
  Interval interval;     // of best so far, oriented
};

struct Comparison {
  std::vector<std::uint64_t> checkpoints;  // evaluations that are reported, ascending
  std::vector<MethodOutcome> methods;
  std::vector<PairedDifference> differences;  // every pair at every checkpoint
};

/// Every method with every seed. `report`: value of the reported metric; empty: none. Throws
/// UsageError for a budget, a number of seeds or of methods of 0 and for methods of the same name.
Comparison compare_methods(const SearchTask& task, const SearchTarget& target,
                           const Evaluator& evaluator,
                           const std::function<double(const Architecture&)>& report,
                           const std::vector<ComparedMethod>& methods,
                           const CompareOptions& options);

/// The target over architectures that can be listed: those that keep the limits count, ranges are
/// over all that have a result.
SearchTarget listed_target(const SearchTask& task, const Evaluator& evaluator);

}  // namespace dinas
