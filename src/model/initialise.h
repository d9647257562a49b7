// Initial weights of the fast denoiser.
#pragma once

#include <cstdint>

#include "model/parameters.h"
#include "model/tensor.h"

namespace dinas {

/// A pure function of its arguments; the stream of a tensor is its place in the parameter table.
TensorMap initial_parameters(const DenoiserConfig& config, const Skeleton& skeleton,
                             std::size_t metrics, std::uint64_t seed);

}  // namespace dinas
