// The fast denoiser as one would first write it with libtorch: the whole batch at once, libtorch's
// own operators, nothing fused. It shares no arithmetic with the trainer's network and the engines,
// so it is a check on both and a fixed yardstick of their speed.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <string>

#include "model/config.h"
#include "model/edge_layout.h"
#include "space/space.h"
#include "torch/flat_parameters.h"

namespace dinas {

/// Noisy states as rows of embedding tables.
struct EagerTokens {
  torch::Tensor labels;  // [graphs, labels of all nodes] rows of embed.label
  torch::Tensor edges;   // [graphs, touched pairs of all variables] rows of embed.edge
};

/// Index tensors of a space, built once. All parameters, features and logits are float.
class EagerNetwork {
 public:
  EagerNetwork(const DenoiserConfig& config, const Skeleton& skeleton);

  /// `states` [graphs, variables]; a variable's size = masked.
  [[nodiscard]] EagerTokens encode(std::span<const std::uint8_t> states) const;

  /// features [graphs, feature_count]. Returns logits [graphs, total_values].
  [[nodiscard]] torch::Tensor forward(const ParameterTensors& parameters, const EagerTokens& tokens,
                                      const torch::Tensor& features) const;

  [[nodiscard]] const Skeleton& skeleton() const { return skeleton_; }

 private:
  [[nodiscard]] torch::Tensor embed_nodes(const ParameterTensors& p,
                                          const torch::Tensor& labels) const;
  [[nodiscard]] torch::Tensor layer(const ParameterTensors& p, const std::string& name,
                                    const torch::Tensor& x, const torch::Tensor& condition,
                                    const torch::Tensor& e) const;
  [[nodiscard]] torch::Tensor attention(const ParameterTensors& p, const std::string& name,
                                        const torch::Tensor& x, const torch::Tensor& bias) const;
  [[nodiscard]] torch::Tensor attention_bias(const ParameterTensors& p, const std::string& name,
                                             const torch::Tensor& e) const;
  [[nodiscard]] torch::Tensor edge_values(const ParameterTensors& p, const std::string& name,
                                          const torch::Tensor& e, const torch::Tensor& nodes) const;
  [[nodiscard]] torch::Tensor logits(const ParameterTensors& p, const torch::Tensor& nodes,
                                     const torch::Tensor& e) const;
  void index_labels();
  void index_pairs();
  void index_scores();

  DenoiserConfig config_;
  Skeleton skeleton_;
  EdgeLayout edges_;
  bool one_label_a_node_ = false;
  // All int64.
  torch::Tensor label_node_;  // [labels of all nodes], ascending
  torch::Tensor pair_kinds_;  // [nodes * nodes]
  torch::Tensor touched_;     // [touched pairs of all variables]
  torch::Tensor from_, to_;   // [pairs]
  torch::Tensor node_value_;  // places of the logits that nodes score
  torch::Tensor node_score_;  // and of their scores in [nodes, vocabulary + input values]
  torch::Tensor pair_value_;  // places of the logits that pairs score
  torch::Tensor pair_score_;  // and of their scores in [pairs, columns]
};

}  // namespace dinas
