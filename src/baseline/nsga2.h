// NSGA-II for several objectives.
#pragma once

#include <cstdint>
#include <memory>

#include "baseline/method.h"

namespace dinas {

/// Steady-state NSGA-II (Deb et al., IEEE TEC 2002) with constrained domination: the population are
/// the 20 best results of the history by violation, front and crowding, parents win a tournament of
/// two, a child is crossed (in half of the cases) and then mutated in one variable. The task is
/// copied; it may have a single objective.
std::unique_ptr<SearchMethod> make_nsga2(const SearchTask& task, std::uint64_t seed);

}  // namespace dinas
