// Keeping the reverse process inside the space.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "space/space.h"

namespace dinas {

/// `law` [K] of a masked variable, restricted to the values that leave a state some completion
/// makes valid, and normalised; uniform over them where the law gives them nothing. The result is
/// `law` itself without rules, otherwise it lives in `scratch`.
std::span<const double> keep_completable(const Skeleton& skeleton,
                                         std::span<const std::uint8_t> state, std::size_t variable,
                                         std::span<const double> law, std::vector<double>& scratch);

}  // namespace dinas
