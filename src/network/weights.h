// The numbers that a network computes with.
#pragma once

#include <cstdint>
#include <vector>

#include "network/image_network.h"

namespace dinas {

/// Added to the variance of a BatchNorm, as in the code of the three benchmarks.
constexpr double kBatchNormEpsilon = 1e-5;

/// Of one layer; what its kind does not have is empty.
struct LayerWeights {
  std::vector<float> weight;    // convolution [out, in / groups, kernel, kernel]; linear [out, in],
                                // `in` as channels, rows, columns; BatchNorm [channels]: the scale
  std::vector<float> bias;      // linear and BatchNorm [out]
  std::vector<float> mean;      // BatchNorm [channels], as collected in training
  std::vector<float> variance;  // the same
};

/// One entry per layer of the network.
using NetworkWeights = std::vector<LayerWeights>;

/// Weights of a size that keeps activations from growing or vanishing with depth (He et al. 2015,
/// uniform), BatchNorms near the identity: good enough to time a network, whose latency does not
/// depend on them. The weights of a layer depend on its index and the seed.
NetworkWeights random_weights(const ImageNetwork& network, std::uint64_t seed);

/// Throws Error unless every layer has as many weights as its kind and shapes ask for.
void check_weights(const ImageNetwork& network, const NetworkWeights& weights);

}  // namespace dinas
