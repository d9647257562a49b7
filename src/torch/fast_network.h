// The fast denoiser in libtorch: a Graph Transformer over the skeleton's nodes.
//
//   labels, masks --> embed + position --> layer x L --> norm --> logits of every variable
//   edges, masks  --> embed -- bias of attention --^ |--> updated by every layer --^
//   log tau (, t) --> features --> linear, SiLU --> linear, SiLU --+--> modulation of each layer
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/config.h"
#include "model/edge_layout.h"
#include "space/space.h"
#include "torch/fast_edges.h"
#include "torch/fast_layer.h"
#include "torch/flat_parameters.h"

namespace dinas {

/// Noisy states as the network reads them: how often a node carries each label and a pair each
/// state of its edge, masks included.
struct EncodedStates {
  torch::Tensor labels;  // [B nodes, vocabulary + 1]
  torch::Tensor edges;   // [B pairs, EdgeLayout::rows()]; undefined without variable edges
};

/// Index tensors of a space, built once.
class FastNetwork {
 public:
  FastNetwork(const DenoiserConfig& config, const Skeleton& skeleton);
  FastNetwork(const FastNetwork&) = delete;
  FastNetwork& operator=(const FastNetwork&) = delete;

  using Layer = torch::Tensor (*)(const LayerTensors&, const LayerShape&);

  /// features [B, feature_count]. Returns logits [B, variables, largest variable size]; entries
  /// beyond a variable's size hold -1e9.
  [[nodiscard]] torch::Tensor forward(const ParameterTensors& parameters,
                                      const EncodedStates& states, const torch::Tensor& features,
                                      Layer layer = fused_layer) const;

  /// `states` [graphs, variables]; a variable's size = masked.
  [[nodiscard]] EncodedStates encode(std::span<const std::uint8_t> states) const;

  [[nodiscard]] std::int64_t largest_variable() const { return largest_; }
  [[nodiscard]] const Skeleton& skeleton() const { return skeleton_; }

 private:
  [[nodiscard]] torch::Tensor update_pairs(const ParameterTensors& p, const std::string& prefix,
                                           const torch::Tensor& e,
                                           const torch::Tensor& nodes) const;
  [[nodiscard]] torch::Tensor logits(const ParameterTensors& p, const torch::Tensor& nodes,
                                     const torch::Tensor& e) const;
  void index_readout();

  DenoiserConfig config_;
  Skeleton skeleton_;
  EdgeLayout edges_;
  PairIndex pair_index_;
  std::int64_t largest_ = 0;
  torch::Tensor pair_kinds_;  // [nodes * nodes] int64
  // Of every value, variables padded to the largest: [variables * largest]
  torch::Tensor node_score_;  // place of its score among those of the nodes (the last is 0)
  torch::Tensor bias_index_;  // position in readout.value.bias
  torch::Tensor padding_;     // 0, or -1e9 beyond a variable's size
  torch::Tensor pair_score_;  // [pairs * columns, variables * largest] 1 where a score is added
};

}  // namespace dinas
