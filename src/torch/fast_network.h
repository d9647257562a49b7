// The fast denoiser in libtorch: a Graph Transformer over the skeleton's nodes.
//
//   labels, masks --> embed + position --> layer x L --> norm --> logits of every variable
//   log tau (, t) --> features --> linear, SiLU --> linear, SiLU --+--> modulation of each layer
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/config.h"
#include "space/space.h"
#include "torch/fast_layer.h"
#include "torch/flat_parameters.h"

namespace dinas {

/// Index tensors of a space, built once.
class FastNetwork {
 public:
  FastNetwork(const DenoiserConfig& config, const Skeleton& skeleton);

  using Layer = torch::Tensor (*)(const LayerTensors&, const LayerShape&);

  /// tokens [B, nodes] int64 rows of embed.label; features [B, feature_count].
  /// Returns logits [B, variables, largest variable size]; entries beyond a variable's size hold
  /// -1e9.
  [[nodiscard]] torch::Tensor forward(const ParameterTensors& parameters,
                                      const torch::Tensor& tokens, const torch::Tensor& features,
                                      Layer layer = fused_layer) const;

  /// Rows of embed.label for states [graphs, variables] (a variable's size = masked). [B, nodes]
  [[nodiscard]] torch::Tensor tokens(std::span<const std::uint8_t> states) const;

  [[nodiscard]] std::int64_t largest_variable() const { return largest_; }
  [[nodiscard]] const Skeleton& skeleton() const { return skeleton_; }

 private:
  DenoiserConfig config_;
  Skeleton skeleton_;
  std::int64_t largest_ = 0;
  torch::Tensor pair_kinds_;  // [nodes * nodes] int64
  torch::Tensor
      readout_index_;  // [variables * largest] position of the value's logit in [node, label]
  torch::Tensor bias_index_;  // [variables * largest] position in readout.value.bias
  torch::Tensor padding_;     // [variables * largest] 0, or -1e9 beyond a variable's size
};

}  // namespace dinas
