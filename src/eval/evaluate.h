// The evaluation protocol: draw, select by one metric, report another, repeat, and put controls
// beside it (docs/evaluation.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "eval/report.h"

namespace dinas {

struct EvaluateOptions {
  std::uint64_t queries = 192;  // architectures drawn, and so at most evaluated, a repeat
  std::uint64_t repeats = 10;
  Criterion select;
  Criterion report;
  std::uint64_t seed = 0;  // of controls and searches
  int threads = 1;         // for the searches; never changes the result
  std::uint64_t coverage_draws = 10'000;
  std::uint64_t novelty_samples = 0;  // whose edit distance to the training is measured at most
};

struct Draw {
  std::vector<Architecture> architectures;  // at most `count`; missing ones were rejected
  std::uint64_t projected = 0;              // of them, kept in the space by its rules, see Drawn
};
/// Draws items first_item .. first_item + count - 1 of the generator's random streams.
using DrawFunction = std::function<Draw(std::uint64_t count, std::uint32_t first_item)>;

struct TrainingFacts {
  TrainingClasses classes;
  std::vector<std::uint64_t> seen_classes;                // labelled or not, sorted
  std::optional<std::vector<std::size_t>> labelled_rows;  // of the table, distinct
  bool every_label = false;  // no label of the table was kept from training
  std::uint64_t labels_used = 0;
  double seconds = 0.0;
};

/// Repeat r takes items r * queries ..; further items are drawn until there are coverage_draws
/// samples, and quality is measured on all of them. Controls, in this order:
///   uniform_space          random search over the space; uniform_table, distinct rows, where the
///                          space is too large to list and the table has less than one combination
///                          in a hundred
///   uniform_training       distinct labelled training architectures that meet all bounds
///   best_training_label    the best selected value among the labelled candidates; no draw, the
///                          same in every repeat (ties: mean reported value)
///   regularised_evolution, local_search: not where the table knows that little
/// The training controls are left out without labelled_rows. Degenerate rows are in no set and no
/// control. Throws UsageError for counts of zero, metrics the table does not have, and where edit
/// distances are asked for and the table has no row whose class was seen.
EvaluationReport evaluate(const Table& table, const std::vector<TableBound>& bounds,
                          const DrawFunction& draw, const TrainingFacts& training,
                          const EvaluateOptions& options);

}  // namespace dinas
