// What a search is for and what it knows so far.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "condition/metric.h"
#include "space/space.h"

namespace dinas {

/// A metric of a search. Where the space computes it, it is known before anything is evaluated.
struct SearchMetric {
  MetricSpec spec;
  std::optional<std::size_t> computed;  // index in Space::computed_metrics()
};

/// A bound that results must keep: the metric's value is at least as good as `value`.
struct Limit {
  std::size_t metric = 0;  // index in SearchTask::metrics
  double value = 0.0;      // in the metric's unit
};

struct SearchTask {
  std::shared_ptr<const Space> space;
  std::vector<SearchMetric> metrics;  // the objectives first
  std::size_t objectives = 1;         // 1: the best value counts; more: the Pareto front
  std::vector<Limit> limits;

  /// Every architecture that may be asked, where they can be listed (a table's rows, an enumerable
  /// space); otherwise empty.
  std::vector<Architecture> pool;
  /// Can the evaluator answer for this architecture? Null: for every valid one.
  std::function<bool(const Architecture&)> answerable;
};

/// What is known of one architecture.
struct Observation {
  enum class State { kPending, kDone, kFailed };
  Architecture architecture;
  State state = State::kPending;
  std::vector<double> values;  // [metrics], NaN where unknown; computed ones are always there
};

/// In the order in which the architectures were asked; no architecture twice.
using History = std::vector<Observation>;

/// Worth of one result under limits, for a single objective.
struct Score {
  double violation = 0.0;  // >= 0; 0 keeps every limit
  double value = 0.0;      // oriented so that higher is better
};

/// Lower violation first, then the higher value; strict.
inline bool better(const Score& a, const Score& b) {
  if (a.violation != b.violation) return a.violation < b.violation;
  return a.value > b.value;
}

}  // namespace dinas
