// The task of a search whose evaluator is a table, or the space's own computed metrics.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "baseline/run.h"
#include "table/table.h"

namespace dinas {

/// A bound that a user asks for: the metric's value is at least as good as the threshold.
struct AskedLimit {
  std::string metric;
  Direction direction = Direction::kMax;
  double threshold = 0.0;
};

/// A task with what answers for it.
struct KnownTask {
  SearchTask task;
  Evaluator evaluator;
};

/// Can be asked: the rows that are not degenerate and have every metric (`also`: names of further
/// columns that they must have). A metric that the space computes counts as known in advance where
/// the table's values agree with it to four digits; then the computed values count. The table must
/// outlive the task. Throws UsageError for a metric that is bounded against its direction or
/// unknown to the table, and where no row can be asked.
KnownTask table_task(const Table& table, const std::vector<MetricSpec>& objectives,
                     const std::vector<AskedLimit>& limits, const std::vector<std::string>& also);

/// All metrics are computed by the space. The pool is what can be listed, if it can. Throws
/// UsageError for a metric that the space does not compute.
KnownTask computed_task(const std::shared_ptr<const Space>& space,
                        const std::vector<MetricSpec>& objectives,
                        const std::vector<AskedLimit>& limits);

}  // namespace dinas
