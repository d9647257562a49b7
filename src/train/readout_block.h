// From the features of nodes and pairs to logits, to the loss, and back.
#pragma once

#include <optional>
#include <vector>

#include "train/edge_block.h"
#include "train/layer_block.h"
#include "train/linear.h"

namespace dinas::train {

/// What a block of graphs should have said.
struct BlockTargets {
  const float* targets = nullptr;  // [graphs, total_values]
  const float* weights = nullptr;  // [graphs, variables] of the cross-entropies
  std::size_t graphs = 0;          // of the block; those beyond are filling
  float scale = 1.0F;              // of every weight
};

class ReadoutBlock {
 public:
  ReadoutBlock(const ParameterLayout& layout, const Skeleton& skeleton, const EdgeLayout& edges,
               const DenoiserConfig& config, const BlockShape& shape);

  /// code [graphs, condition], x [rows, width], e [pair_rows, edge_width]. Returns logits
  /// [graphs, total_values].
  const std::vector<float>& forward(const float* parameters, const float* code, const float* x,
                                    const float* e);
  /// The loss of the last forward: scaled and weighted cross-entropies, summed.
  double loss(const BlockTargets& targets);
  /// Of that loss. Writes dx, adds to de, dcode and gradient.
  void backward(const float* parameters, const float* code, const float* x, const float* e,
                float* dx, float* de, float* dcode, float* gradient);

 private:
  // Calls f(logit, its score) for every score that a logit is the sum of, in a fixed order.
  template <class F>
  void each_score(std::size_t graph, const F& f);

  BlockShape shape_;
  Skeleton skeleton_;
  EdgeLayout edges_;
  std::vector<int> offsets_;
  std::size_t width_;
  std::size_t total_;
  std::size_t value_bias_;
  Linear modulation_, label_;
  std::optional<Linear> inputs_;
  std::optional<EdgeBlock> edge_;
  RowCodes codes_;
  std::vector<float> moments_, normal_, dnormal_;
  std::vector<float> labels_, input_scores_, pair_scores_;  // scores, later their gradients
  std::vector<float> logits_, dlogits_;
};

}  // namespace dinas::train
