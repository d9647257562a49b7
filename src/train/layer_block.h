// One transformer layer of the network in training, forward and backward.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/config.h"
#include "train/attention_kernels.h"
#include "train/linear.h"

namespace dinas::train {

/// Sizes of a block of graphs that goes through the network together.
struct BlockShape {
  std::size_t graphs = 0;
  std::size_t nodes = 0;
  std::size_t pairs = 0;  // whose edge is variable, of a graph

  [[nodiscard]] std::size_t rows() const { return graphs * nodes; }
  [[nodiscard]] std::size_t pair_rows() const { return graphs * pairs; }
};

/// A graph's modulation for every row of its nodes: rows of one array [graphs, width].
class RowCodes {
 public:
  RowCodes(const BlockShape& shape, std::size_t width);

  std::vector<float> values;            // [graphs, width]
  std::vector<float> gradient;          // the same
  std::vector<const float*> of_row;     // [rows] into values
  std::vector<float*> gradient_of_row;  // [rows] into gradient
};

/// x + (1 + gate) attention(norm(x)), then the same with the feed-forward block.
class LayerBlock {
 public:
  /// `name` is "layer.L.".
  LayerBlock(const ParameterLayout& layout, const std::string& name, const DenoiserConfig& config,
             const BlockShape& shape);

  /// `code` [graphs, condition]; x [rows, width] in place; `bias` see attention().
  void forward(const float* parameters, const float* code, float* x, const float* bias);
  /// `dx` [rows, width] in place; adds to dcode [graphs, condition], dbias and gradient.
  void backward(const float* parameters, const float* code, float* dx, float* dcode, float* dbias,
                float* gradient);

 private:
  BlockShape shape_;
  std::size_t width_;
  AttentionShape attention_;
  Linear modulation_, qkv_, out_, in_, down_;
  RowCodes codes_;
  // Activations that the way back needs.
  std::vector<float> x_, moments_, normal_, projected_, shares_, mixed_, attended_;
  std::vector<float> y_, y_moments_, y_normal_, hidden_, fed_;
  // Gradients on the way back.
  std::vector<float> dbranch_, dhidden_, dprojected_;
  std::vector<float> scratch_;
};

}  // namespace dinas::train
