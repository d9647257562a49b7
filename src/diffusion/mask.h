// Absorbing ("mask") noise: which variables are revealed at which call.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace dinas {

/// A uniformly random permutation of 0..n-1 (Fisher-Yates).
std::vector<int> random_order(int n, RandomStream& stream);

/// Variables revealed per call when n variables are spread over `calls` calls as evenly as
/// possible, the larger groups first. [calls], sums to n. 1 <= calls <= n.
std::vector<int> reveal_counts(int n, int calls);

}  // namespace dinas
