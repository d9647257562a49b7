// A whole search where results come at no delay.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "baseline/method.h"

namespace dinas {

/// All metrics of the task, NaN where unknown; nullopt: the evaluation failed. Called from several
/// threads at once where several searches run at once.
using Evaluator = std::function<std::optional<std::vector<double>>(const Architecture&)>;

struct SearchRun {
  History history;       // every evaluation, in order
  double seconds = 0.0;  // in the method, not in the evaluator
};

/// Asks the method, a batch of its choice at a time, until `budget` architectures are evaluated or
/// it proposes none.
SearchRun run_search(SearchMethod& method, const Evaluator& evaluator, std::uint64_t budget);

/// The best result that keeps every limit of a task with one objective, the first of equals;
/// nullptr where there is none.
const Observation* best_result(const SearchTask& task, const History& history);

}  // namespace dinas
