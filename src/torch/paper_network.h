// The official network (docs/paper.md 3) as a function of named tensors: a Graph Transformer over
// the symmetrised graph with a softmax per channel.
//
//   X_t, E_t, classes --> input maps + position + class embeddings --> layer x L --> logits + X_t,
//   E_t
//
// Letters as in docs/paper.md 3: B graphs, n nodes, a labels, k metrics, dx and de features a node
// and pair.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/config.h"
#include "model/tensor.h"
#include "space/space.h"
#include "torch/flat_parameters.h"

namespace dinas {

/// Copies of the weights, under the names of paper_parameters, as tensors that need no gradient.
ParameterTensors paper_tensors(const TensorMap& weights);

struct PaperInput {
  torch::Tensor nodes;      // X_t [B, n, a] one-hot
  torch::Tensor pairs;      // E_t [B, n, n, 2] one-hot, symmetric
  torch::Tensor classes;    // [B, k, 2] codes of class_codes
  torch::Tensor time;       // [B, 1] t/T; undefined unless the network has a time input
  torch::Tensor positions;  // [n, node_hidden] the positional signal
  torch::Tensor mask;       // [B, n] 1 for nodes, 0 for padding; undefined: no padding
};

struct PaperLogits {
  torch::Tensor nodes;  // [B, n, a]
  torch::Tensor pairs;  // [B, n, n, 2], symmetric
};

/// Zeroes features with probability `rate` and scales the rest by 1 / (1 - rate). Draws from its
/// own generator, so that what is dropped depends on `seed` alone.
class Dropout {
 public:
  Dropout(double rate, std::uint64_t seed);
  torch::Tensor operator()(const torch::Tensor& features);

 private:
  double rate_;
  torch::Generator generator_;
};

/// P of docs/paper.md 3.1, [nodes, width]; width even.
torch::Tensor paper_positions(int nodes, int width);

/// The input for graphs of paper_skeleton(skeleton), all with n nodes: one-hot X_t and E_t with "no
/// edge" on the diagonal, no padding. states [B, variables of the paper skeleton], codes [B, 2k] of
/// class_codes, times [B] t/T (used only by a network with time input).
PaperInput paper_input(const PaperConfig& config, const Skeleton& skeleton,
                       std::span<const std::uint8_t> states, std::span<const float> codes,
                       std::span<const double> times);

/// Logits in evaluation mode, or in training mode with `dropout`.
PaperLogits paper_forward(const PaperConfig& config, const ParameterTensors& tensors,
                          const PaperInput& input, Dropout* dropout = nullptr);

}  // namespace dinas
