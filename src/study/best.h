// What a search has found.
#pragma once

#include <cstddef>
#include <vector>

#include "baseline/task.h"

namespace dinas {

/// Is it done, with every limit kept?
bool is_feasible(const SearchTask& task, const Observation& observation);

/// Indices in the history: with one objective the first of the best feasible ones; with more the
/// Pareto front of the feasible ones, from the best to the worst of the first objective, the first
/// asked of those that are equal on all. Empty where none is feasible.
std::vector<std::size_t> best_of(const SearchTask& task, const History& history);

}  // namespace dinas
