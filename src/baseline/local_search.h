// Hill climbing.
#pragma once

#include <cstdint>
#include <memory>

#include "baseline/method.h"

namespace dinas {

/// Local search (White et al., UAI 2021) over all valid changes of one variable: from the best of
/// 10 random architectures to the first better neighbour in a random order, on from there, and at a
/// local optimum from a new random one. Known neighbours cost nothing. Where several are asked for
/// at once, they are the next ones of that order. Several objectives are made one by weights that
/// change with every start. The task is copied.
std::unique_ptr<SearchMethod> make_local_search(const SearchTask& task, std::uint64_t seed);

}  // namespace dinas
