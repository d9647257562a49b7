#include "train/layer_block.h"

#include <algorithm>

#include "train/kernels.h"

namespace dinas::train {
namespace {

// Parts of a layer's modulation, in widths.
enum Part : std::size_t { kShift1, kScale1, kGate1, kShift2, kScale2, kGate2, kParts };

}  // namespace

RowCodes::RowCodes(const BlockShape& shape, std::size_t width)
    : values(shape.graphs * width), gradient(shape.graphs * width) {
  for (std::size_t r = 0; r < shape.rows(); ++r) {
    of_row.push_back(values.data() + r / shape.nodes * width);
    gradient_of_row.push_back(gradient.data() + r / shape.nodes * width);
  }
}

LayerBlock::LayerBlock(const ParameterLayout& layout, const std::string& name,
                       const DenoiserConfig& config, const BlockShape& shape)
    : shape_(shape),
      width_(static_cast<std::size_t>(config.width)),
      attention_{shape.graphs, shape.nodes, static_cast<std::size_t>(config.heads),
                 static_cast<std::size_t>(config.width / config.heads), shape.pairs > 0},
      modulation_(layout, name + "modulation", shape.graphs),
      qkv_(layout, name + "attention.qkv", shape.rows()),
      out_(layout, name + "attention.out", shape.rows()),
      in_(layout, name + "feed_forward.in", shape.rows(), Activation::kRelu),
      down_(layout, name + "feed_forward.out", shape.rows()),
      codes_(shape, kParts * width_) {
  const std::size_t rows = shape.rows();
  for (auto* v : {&x_, &normal_, &mixed_, &attended_, &y_, &y_normal_, &fed_, &dbranch_}) {
    v->resize(rows * width_);
  }
  for (auto* v : {&moments_, &y_moments_}) v->resize(2 * rows);
  for (auto* v : {&projected_, &dprojected_}) v->resize(rows * 3 * width_);
  for (auto* v : {&hidden_, &dhidden_}) v->resize(rows * in_.out());
  shares_.resize(shape.graphs * attention_.heads * shape.nodes * padded_nodes(shape.nodes));
  scratch_.resize(gradient_scratch(shape.nodes, attention_.head_width));
}

void LayerBlock::forward(const float* parameters, const float* code, float* x, const float* bias) {
  const std::size_t rows = shape_.rows();
  const float* const* codes = codes_.of_row.data();
  modulation_.forward(parameters, code, codes_.values.data());
  std::copy_n(x, rows * width_, x_.data());
  norm(x, rows, width_, codes, kShift1 * width_, moments_.data(), normal_.data());
  qkv_.forward(parameters, normal_.data(), projected_.data());
  attention(attention_, projected_.data(), bias, shares_.data(), mixed_.data(), scratch_.data());
  out_.forward(parameters, mixed_.data(), attended_.data());
  add_gated(x, rows, width_, attended_.data(), codes, kGate1 * width_);

  std::copy_n(x, rows * width_, y_.data());
  norm(x, rows, width_, codes, kShift2 * width_, y_moments_.data(), y_normal_.data());
  in_.forward(parameters, y_normal_.data(), hidden_.data());
  down_.forward(parameters, hidden_.data(), fed_.data());
  add_gated(x, rows, width_, fed_.data(), codes, kGate2 * width_);
}

void LayerBlock::backward(const float* parameters, const float* code, float* dx, float* dcode,
                          float* dbias, float* gradient) {
  const std::size_t rows = shape_.rows();
  const float* const* codes = codes_.of_row.data();
  float* const* dcodes = codes_.gradient_of_row.data();
  std::ranges::fill(codes_.gradient, 0.0F);
  float* branch = dbranch_.data();
  gated_backward(dx, fed_.data(), rows, width_, codes, dcodes, kGate2 * width_, branch);
  down_.backward(parameters, hidden_.data(), branch, dhidden_.data(), false, gradient);
  relu_backward(hidden_.data(), hidden_.size(), dhidden_.data());
  in_.backward(parameters, y_normal_.data(), dhidden_.data(), branch, false, gradient);
  norm_backward(y_.data(), y_moments_.data(), branch, rows, width_, codes, dcodes, kShift2 * width_,
                dx);

  gated_backward(dx, attended_.data(), rows, width_, codes, dcodes, kGate1 * width_, branch);
  // The feed-forward block is done with y: its memory holds the gradient of what was mixed.
  out_.backward(parameters, mixed_.data(), branch, y_.data(), false, gradient);
  attention_backward(attention_, projected_.data(), shares_.data(), y_.data(), dprojected_.data(),
                     dbias, scratch_.data());
  qkv_.backward(parameters, normal_.data(), dprojected_.data(), branch, false, gradient);
  norm_backward(x_.data(), moments_.data(), branch, rows, width_, codes, dcodes, kShift1 * width_,
                dx);
  modulation_.backward(parameters, code, codes_.gradient.data(), dcode, true, gradient);
}

}  // namespace dinas::train
