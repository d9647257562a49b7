// A network as an inference library computes it: fewer and larger steps than layers, same logits.
#pragma once

#include <vector>

#include "network/image_network.h"
#include "network/weights.h"

namespace dinas {

/// One call, or a few. Kinds are those of layers; kBatchNorm and kDropPath do not occur.
struct Step {
  Layer layer;                // its inputs are earlier steps
  std::vector<float> weight;  // convolution and linear, as in LayerWeights
  std::vector<float> bias;    // convolution and linear
  int addend = -1;            // convolution: a step of the same shape to add to its result
  bool relu = false;          // convolution and linear: at last
};

struct FusedNetwork {
  std::vector<Step> steps;
  int output = 0;
};

/// Of a network and its weights; what its logits do not depend on is left out (pruned()). Throws
/// Error on weights of another network. A BatchNorm becomes part of the convolution before it, or,
/// behind anything else, a depthwise 1x1 convolution; behind a concatenation of convolutions one of
/// each. A sum is added up by its convolutions where nothing else reads these. A ReLU joins the
/// convolution or linear layer that it alone reads. Equal layers without weights are computed once.
FusedNetwork fused(const ImageNetwork& network, const NetworkWeights& weights);

}  // namespace dinas
