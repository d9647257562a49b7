// What the network makes of the pairs of nodes whose edge is variable, forward and backward.
#pragma once

#include <string>
#include <vector>

#include "model/config.h"
#include "model/edge_layout.h"
#include "train/layer_block.h"
#include "train/linear.h"

namespace dinas::train {

/// out(relu(in(norm(e)) + from(nodes) + to(nodes))), one row for every pair of every graph.
class EdgeBlock {
 public:
  /// `name` is the prefix of its tensors, "layer.L.edge." or "readout.edge.".
  EdgeBlock(const ParameterLayout& layout, const std::string& name, const EdgeLayout& edges,
            const DenoiserConfig& config, const BlockShape& shape);

  [[nodiscard]] std::size_t out() const { return out_.out(); }

  /// e [pair_rows, edge_width], nodes [rows, width] normalised. Returns [pair_rows, out()].
  const std::vector<float>& forward(const float* parameters, const float* e, const float* nodes);
  /// Of the last forward, with the same e and nodes. Adds to de, dnodes and gradient.
  void backward(const float* parameters, const float* e, const float* nodes, const float* dvalues,
                float* de, float* dnodes, float* gradient);

 private:
  BlockShape shape_;
  std::size_t edge_width_;
  Linear in_, from_, to_, out_;
  std::vector<std::size_t> source_, target_;  // [pair_rows] rows of nodes
  std::vector<float> moments_, normal_, hidden_, values_;
  std::vector<float> from_values_, to_values_;           // [rows, edge_width], later gradients
  std::vector<const float*> from_of_pair_, to_of_pair_;  // [pair_rows]
  std::vector<float> dhidden_, dnormal_;
};

/// Attention biases: a constant for the kind of a pair, and for a variable edge what its features
/// say to its target and to its source.
class BiasBlock {
 public:
  BiasBlock(const ParameterLayout& layout, const std::string& layer, const Skeleton& skeleton,
            const EdgeLayout& edges, const DenoiserConfig& config, const BlockShape& shape);

  /// e [pair_rows, edge_width] (unused without variable edges). Returns the bias of attention().
  const std::vector<float>& forward(const float* parameters, const float* e);
  /// Where attention_backward adds to; zero after forward.
  float* gradient() { return dbias_.data(); }
  /// Adds to de and to gradient.
  void backward(const float* parameters, const float* e, float* de, float* gradient);

 private:
  // Calls f(place in a head's bias, kind) for every pair of nodes.
  template <class F>
  void each_place(const F& f) const;
  // Calls f(place where the target looks at the source, the other way round) for pair p, head h.
  template <class F>
  void each_edge(const F& f) const;

  BlockShape shape_;
  std::size_t heads_;
  std::size_t stride_;
  std::size_t pair_bias_;
  std::vector<PairKind> kinds_;
  std::vector<std::pair<int, int>> pairs_;
  std::optional<Linear> edge_attention_;
  std::vector<float> bias_, dbias_;  // [graphs or 1, heads, nodes, padded_nodes]
  std::vector<float> own_;           // [pair_rows, 2 heads]
};

}  // namespace dinas::train
