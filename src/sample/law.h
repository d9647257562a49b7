// Exact laws of sampling chains on spaces small enough to list, and the distance of samples to
// them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/denoiser.h"
#include "sample/chain.h"

namespace dinas {

/// Law of what draw_architectures returns: the probability vector over all states (masked ones
/// included) carried through every call, averaged over the orders of variables. Result [product of
/// the sizes], indexed by architecture_index; sums to 1. The cost of a call is up to (number of
/// states)^2 for marginal and uniform noise, and times (number of variables)! where it completes.
/// Throws UsageError as ReverseChain does, and for more than 2^24 states.
std::vector<double> sampling_law(const Skeleton& skeleton, const Denoiser& denoiser,
                                 const ReverseProcess& process, const Condition& condition,
                                 int steps, const GuidanceOptions& guidance);

/// Half the sum of absolute differences, in [0, 1]. Equal lengths.
double total_variation(std::span<const double> p, std::span<const double> q);

/// Expected total variation between `p` and the frequencies of `draws` independent draws from it
/// (exact, de Moivre's mean absolute deviation of a binomial): what a perfect sampler shows.
double sampling_floor(std::span<const double> p, std::size_t draws);

}  // namespace dinas
