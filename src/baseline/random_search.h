// Random search.
#pragma once

#include <cstdint>
#include <memory>

#include "baseline/method.h"

namespace dinas {

/// Uniform draws without replacement from the pool; without one, draws from the space
/// (random_architecture). The task is copied.
std::unique_ptr<SearchMethod> make_random_search(const SearchTask& task, std::uint64_t seed);

}  // namespace dinas
