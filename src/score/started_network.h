// A network at its random start with a batch in it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nettrain/trainable_network.h"
#include "score/inputs.h"

namespace dinas {

/// Throws UsageError unless the batch has images of the network's input shape.
void check_batch(const ImageNetwork& network, const ImageBatch& batch);

/// The network with the weights that scores start from, with room for `most_images`.
nettrain::TrainableNetwork start(const ImageNetwork& network, std::size_t most_images,
                                 std::uint64_t seed);

/// Puts images [first, first + count) of the batch through the network, BatchNorm by the batch.
void forward(nettrain::TrainableNetwork& network, const ImageBatch& batch, std::size_t first,
             std::size_t count);

/// Places of kernels and BatchNorm scales, not of biases, in the flat parameters: one for a layer.
struct WeightRange {
  std::size_t begin = 0;
  std::size_t size = 0;
};
std::vector<WeightRange> weight_ranges(const nettrain::TrainableNetwork& network);

/// Gradients of all parameters for the given gradients of the logits of the last forward().
const std::vector<float>& gradients_for(nettrain::TrainableNetwork& network,
                                        std::span<const float> logit_gradients);

/// Which ReLU outputs are above 0, for each of the images of the last forward(); layers whose
/// output does not reach the logits are left out.
struct ActivationPatterns {
  std::size_t bits = 0;  // of an image
  std::vector<std::vector<std::uint64_t>> images;
};
ActivationPatterns activation_patterns(const nettrain::TrainableNetwork& network,
                                       std::size_t images);

}  // namespace dinas
