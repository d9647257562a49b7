// What a search is asked for, what it knows in advance, and who answers without delay: a table or
// the space.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "baseline/run.h"
#include "condition/bound.h"
#include "table/table.h"

namespace dinas {

/// A bound that a user asks for: the metric's value is at least as good as the threshold.
struct AskedLimit {
  std::string metric;
  Direction direction = Direction::kMax;
  double threshold = 0.0;
};

/// Throws UsageError for "top P%".
AskedLimit asked_limit(const BoundRequest& request);

/// The objectives, then the metrics that only have a bound; no pool, nothing known in advance.
/// Throws UsageError where there is no objective or one twice, and for a metric with two bounds or
/// one against its direction.
SearchTask asked_task(std::shared_ptr<const Space> space, const std::vector<MetricSpec>& objectives,
                      const std::vector<AskedLimit>& limits);

/// Marks the metrics that a search knows in advance: those that the space computes, except where
/// the table (nullptr: none) has a column of that name that differs beyond the fourth digit. Where
/// every objective would be known none is: computing them is the evaluation then.
void mark_computed(SearchTask& task, const Table* table);

/// Lists as the pool what the task may ask, where the space can be enumerated.
void list_pool(SearchTask& task);

/// A task with what answers for it.
struct KnownTask {
  SearchTask task;
  Evaluator evaluator;
};

/// Can be asked: the rows that are not degenerate and have every metric that is not known in
/// advance (`also`: names of further columns that they must have). The table must outlive the task.
/// Throws UsageError for a metric unknown to the table, and where no row can be asked.
KnownTask table_task(SearchTask task, const Table& table, const std::vector<std::string>& also);

/// The space computes every metric. The pool are all architectures or one of every class, where
/// they can be listed. Throws UsageError for a metric that the space does not compute.
KnownTask computed_task(SearchTask task);

}  // namespace dinas
