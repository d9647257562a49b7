// Initial weights of the official network.
#pragma once

#include <cstdint>
#include <vector>

#include "model/parameters.h"
#include "model/tensor.h"

namespace dinas {

/// Weights for a table of paper_parameters: norms 1 and 0; a map and its bias uniform in
/// +-1 / sqrt(fan in), the official framework's default. A pure function of its arguments; the
/// stream of a tensor is its place in the table.
TensorMap initial_paper_weights(const std::vector<ParameterInfo>& parameters, std::uint64_t seed);

}  // namespace dinas
