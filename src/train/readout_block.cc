#include "train/readout_block.h"

#include <algorithm>

#include "train/kernels.h"

namespace dinas::train {

ReadoutBlock::ReadoutBlock(const ParameterLayout& layout, const Skeleton& skeleton,
                           const EdgeLayout& edges, const DenoiserConfig& config,
                           const BlockShape& shape)
    : shape_(shape),
      skeleton_(skeleton),
      edges_(edges),
      offsets_(skeleton.offsets()),
      width_(static_cast<std::size_t>(config.width)),
      total_(static_cast<std::size_t>(skeleton.total_values())),
      value_bias_(layout.at("readout.value.bias")),
      modulation_(layout, "readout.modulation", shape.graphs),
      label_(layout, "readout.label", shape.rows()),
      codes_(shape, 2 * width_) {
  for (auto* v : {&normal_, &dnormal_}) v->resize(shape.rows() * width_);
  moments_.resize(2 * shape.rows());
  labels_.resize(shape.rows() * label_.out());
  for (auto* v : {&logits_, &dlogits_}) v->resize(shape.graphs * total_);
  if (edges.input_values() > 0) {
    inputs_.emplace(layout, "readout.inputs", shape.rows());
    input_scores_.resize(shape.rows() * inputs_->out());
  }
  if (!edges.empty()) {
    edge_.emplace(layout, "readout.edge.", edges, config, shape);
    pair_scores_.resize(shape.pair_rows() * edge_->out());
  }
}

// Labels and sets of inputs are scored by their node, edges and sets of inputs by the states that
// they give to pairs.
template <class F>
void ReadoutBlock::each_score(std::size_t graph, const F& f) {
  for (std::size_t v = 0; v < skeleton_.variables.size(); ++v) {
    const Variable& variable = skeleton_.variables[v];
    const std::size_t first = graph * total_ + static_cast<std::size_t>(offsets_[v]);
    const auto size = static_cast<std::size_t>(variable.size());
    const std::size_t node = graph * shape_.nodes + static_cast<std::size_t>(variable.node);
    for (std::size_t k = 0; variable.kind == VariableKind::kLabel && k < size; ++k) {
      f(first + k, labels_[node * label_.out() + static_cast<std::size_t>(variable.labels[k])]);
    }
    for (std::size_t k = 0; variable.kind == VariableKind::kInputs && k < size; ++k) {
      f(first + k,
        input_scores_[node * inputs_->out() + static_cast<std::size_t>(edges_.first_value(v)) + k]);
    }
    const auto touched = edges_.touched(v);
    for (std::size_t i = 0; i < touched.size(); ++i) {
      const std::size_t row = graph * shape_.pairs + static_cast<std::size_t>(touched[i]);
      for (std::size_t k = 0; k < size; ++k) {
        const int column = edges_.column(v, edges_.state(v, i, static_cast<int>(k)));
        f(first + k, pair_scores_[row * edge_->out() + static_cast<std::size_t>(column)]);
      }
    }
  }
}

const std::vector<float>& ReadoutBlock::forward(const float* parameters, const float* code,
                                                const float* x, const float* e) {
  modulation_.forward(parameters, code, codes_.values.data());
  norm(x, shape_.rows(), width_, codes_.of_row.data(), 0, moments_.data(), normal_.data());
  label_.forward(parameters, normal_.data(), labels_.data());
  if (inputs_) inputs_->forward(parameters, normal_.data(), input_scores_.data());
  if (edge_) std::ranges::copy(edge_->forward(parameters, e, normal_.data()), pair_scores_.begin());
  for (std::size_t g = 0; g < shape_.graphs; ++g) {
    std::copy_n(parameters + value_bias_, total_, &logits_[g * total_]);
    each_score(g, [&](std::size_t logit, float score) { logits_[logit] += score; });
  }
  return logits_;
}

double ReadoutBlock::loss(const BlockTargets& t) {
  std::ranges::fill(dlogits_, 0.0F);
  double sum = 0.0;
  const std::size_t variables = skeleton_.variables.size();
  for (std::size_t g = 0; g < t.graphs; ++g) {
    for (std::size_t v = 0; v < variables; ++v) {
      const float weight = t.weights[g * variables + v] * t.scale;
      if (weight == 0.0F) continue;
      const std::size_t first = g * total_ + static_cast<std::size_t>(offsets_[v]);
      const auto size = static_cast<std::size_t>(skeleton_.variables[v].size());
      sum += static_cast<double>(weight) *
             static_cast<double>(cross_entropy(std::span(logits_).subspan(first, size),
                                               {t.targets + first, size}, weight,
                                               std::span(dlogits_).subspan(first, size)));
    }
  }
  return sum;
}

void ReadoutBlock::backward(const float* parameters, const float* code, const float* x,
                            const float* e, float* dx, float* de, float* dcode, float* gradient) {
  for (auto* scores : {&labels_, &input_scores_, &pair_scores_}) std::ranges::fill(*scores, 0.0F);
  for (std::size_t g = 0; g < shape_.graphs; ++g) {
    each_score(g, [&](std::size_t logit, float& score) { score += dlogits_[logit]; });
  }
  add_column_sums(dlogits_.data(), shape_.graphs, total_, gradient + value_bias_);
  label_.backward(parameters, normal_.data(), labels_.data(), dnormal_.data(), false, gradient);
  if (inputs_) {
    inputs_->backward(parameters, normal_.data(), input_scores_.data(), dnormal_.data(), true,
                      gradient);
  }
  if (edge_) {
    edge_->backward(parameters, e, normal_.data(), pair_scores_.data(), de, dnormal_.data(),
                    gradient);
  }
  std::fill_n(dx, shape_.rows() * width_, 0.0F);
  std::ranges::fill(codes_.gradient, 0.0F);
  norm_backward(x, moments_.data(), dnormal_.data(), shape_.rows(), width_, codes_.of_row.data(),
                codes_.gradient_of_row.data(), 0, dx);
  modulation_.backward(parameters, code, codes_.gradient.data(), dcode, true, gradient);
}

}  // namespace dinas::train
