#include "train/edge_block.h"

#include <algorithm>

#include "train/kernels.h"

namespace dinas::train {

EdgeBlock::EdgeBlock(const ParameterLayout& layout, const std::string& name,
                     const EdgeLayout& edges, const DenoiserConfig& config, const BlockShape& shape)
    : shape_(shape),
      edge_width_(static_cast<std::size_t>(config.edge_width)),
      in_(layout, name + "in", shape.pair_rows()),
      from_(layout, name + "from", shape.rows()),
      to_(layout, name + "to", shape.rows()),
      out_(layout, name + "out", shape.pair_rows()) {
  const std::size_t rows = shape.pair_rows();
  for (auto* v : {&normal_, &hidden_, &dhidden_, &dnormal_}) v->resize(rows * edge_width_);
  for (auto* v : {&from_values_, &to_values_}) v->resize(shape.rows() * edge_width_);
  moments_.resize(2 * rows);
  values_.resize(rows * out_.out());
  for (std::size_t r = 0; r < rows; ++r) {
    const auto [from, to] = edges.pairs()[r % shape.pairs];
    const std::size_t first = r / shape.pairs * shape.nodes;
    source_.push_back(first + static_cast<std::size_t>(from));
    target_.push_back(first + static_cast<std::size_t>(to));
    from_of_pair_.push_back(&from_values_[source_.back() * edge_width_]);
    to_of_pair_.push_back(&to_values_[target_.back() * edge_width_]);
  }
}

const std::vector<float>& EdgeBlock::forward(const float* parameters, const float* e,
                                             const float* nodes) {
  const std::size_t rows = shape_.pair_rows();
  norm(e, rows, edge_width_, nullptr, 0, moments_.data(), normal_.data());
  in_.forward(parameters, normal_.data(), hidden_.data());
  from_.forward(parameters, nodes, from_values_.data());
  to_.forward(parameters, nodes, to_values_.data());
  add_two_relu(hidden_.data(), rows, edge_width_, from_of_pair_.data(), to_of_pair_.data());
  out_.forward(parameters, hidden_.data(), values_.data());
  return values_;
}

void EdgeBlock::backward(const float* parameters, const float* e, const float* nodes,
                         const float* dvalues, float* de, float* dnodes, float* gradient) {
  const std::size_t rows = shape_.pair_rows();
  out_.backward(parameters, hidden_.data(), dvalues, dhidden_.data(), false, gradient);
  relu_backward(hidden_.data(), hidden_.size(), dhidden_.data());
  in_.backward(parameters, normal_.data(), dhidden_.data(), dnormal_.data(), false, gradient);
  norm_backward(e, moments_.data(), dnormal_.data(), rows, edge_width_, nullptr, nullptr, 0, de);
  std::ranges::fill(from_values_, 0.0F);
  std::ranges::fill(to_values_, 0.0F);
  for (std::size_t r = 0; r < rows; ++r) {
    const float* up = &dhidden_[r * edge_width_];
    add(&from_values_[source_[r] * edge_width_], up, edge_width_);
    add(&to_values_[target_[r] * edge_width_], up, edge_width_);
  }
  from_.backward(parameters, nodes, from_values_.data(), dnodes, true, gradient);
  to_.backward(parameters, nodes, to_values_.data(), dnodes, true, gradient);
}

BiasBlock::BiasBlock(const ParameterLayout& layout, const std::string& layer,
                     const Skeleton& skeleton, const EdgeLayout& edges,
                     const DenoiserConfig& config, const BlockShape& shape)
    : shape_(shape),
      heads_(static_cast<std::size_t>(config.heads)),
      stride_(padded_nodes(shape.nodes)),
      pair_bias_(layout.at(layer + "attention.pair_bias")),
      kinds_(pair_kinds(skeleton)),
      pairs_(edges.pairs()) {
  const std::size_t own = shape.pairs > 0 ? shape.graphs : 1;
  bias_.assign(own * heads_ * shape.nodes * stride_, kNoAttention);
  dbias_.resize(bias_.size());
  if (shape.pairs == 0) return;
  edge_attention_.emplace(layout, layer + "edge.attention", shape.pair_rows());
  own_.resize(shape.pair_rows() * 2 * heads_);
}

template <class F>
void BiasBlock::each_place(const F& f) const {
  const std::size_t n = shape_.nodes;
  for (std::size_t item = 0; item < bias_.size() / (n * stride_); ++item) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        f((item * n + i) * stride_ + j,
          item % heads_ * kPairKinds + static_cast<std::size_t>(kinds_[i * n + j]));
      }
    }
  }
}

template <class F>
void BiasBlock::each_edge(const F& f) const {
  const std::size_t n = shape_.nodes;
  for (std::size_t r = 0; r < shape_.pair_rows(); ++r) {
    const auto from = static_cast<std::size_t>(pairs_[r % shape_.pairs].first);
    const auto to = static_cast<std::size_t>(pairs_[r % shape_.pairs].second);
    for (std::size_t h = 0; h < heads_; ++h) {
      const std::size_t head = (r / shape_.pairs * heads_ + h) * n * stride_;
      f(r * 2 * heads_ + h, head + to * stride_ + from, head + from * stride_ + to);
    }
  }
}

const std::vector<float>& BiasBlock::forward(const float* parameters, const float* e) {
  each_place(
      [&](std::size_t place, std::size_t kind) { bias_[place] = parameters[pair_bias_ + kind]; });
  std::ranges::fill(dbias_, 0.0F);
  if (!edge_attention_) return bias_;
  edge_attention_->forward(parameters, e, own_.data());
  each_edge([&](std::size_t own, std::size_t at_target, std::size_t at_source) {
    bias_[at_target] += own_[own];
    bias_[at_source] += own_[own + heads_];
  });
  return bias_;
}

void BiasBlock::backward(const float* parameters, const float* e, float* de, float* gradient) {
  each_place(
      [&](std::size_t place, std::size_t kind) { gradient[pair_bias_ + kind] += dbias_[place]; });
  if (!edge_attention_) return;
  each_edge([&](std::size_t own, std::size_t at_target, std::size_t at_source) {
    own_[own] = dbias_[at_target];
    own_[own + heads_] = dbias_[at_source];
  });
  edge_attention_->backward(parameters, e, own_.data(), de, true, gradient);
}

}  // namespace dinas::train
