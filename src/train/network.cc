#include "train/network.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/features.h"
#include "train/kernels.h"

namespace dinas::train {

Network::Network(const DenoiserConfig& config, const Skeleton& skeleton, std::size_t metrics,
                 const ParameterLayout& layout, std::size_t block)
    : config_(config),
      skeleton_(skeleton),
      edges_(skeleton),
      metrics_(metrics),
      width_(static_cast<std::size_t>(config.width)),
      edge_width_(static_cast<std::size_t>(config.edge_width)),
      shape_{block, static_cast<std::size_t>(skeleton.nodes), edges_.pairs().size()},
      label_(layout.at("embed.label")),
      position_(layout.at("embed.position")),
      edge_(layout.find("embed.edge").value_or(0)),
      condition_in_(layout, "condition.in", block),
      condition_mix_(layout, "condition.mix", block),
      readout_(layout, skeleton, edges_, config, shape_) {
  const auto layers = static_cast<std::size_t>(config.layers);
  const std::size_t rows = shape_.rows();
  for (std::size_t l = 0; l < layers; ++l) {
    const std::string name = fmt::format("layer.{}.", l);
    biases_.emplace_back(layout, name, skeleton, edges_, config, shape_);
    layers_.emplace_back(layout, name, config, shape_);
    if (edges_.empty()) continue;
    edge_blocks_.emplace_back(layout, name + "edge.", edges_, config, shape_);
    normals_.emplace_back(rows * width_);
    normal_moments_.emplace_back(2 * rows);
    outputs_.emplace_back(rows * width_);
  }
  states_.resize(block * skeleton.variables.size());
  features_.resize(block * condition_in_.in());
  for (auto* v : {&condition_1_, &silu_1_, &condition_2_, &code_, &dcode_, &dcondition_}) {
    v->resize(block * condition_in_.out());
  }
  for (auto* v : {&x_, &dx_, &dnormal_}) v->resize(rows * width_);
  e_.resize(layers + 1, std::vector<float>(shape_.pair_rows() * edge_width_));
  for (auto* v : {&de_, &devalues_}) v->resize(shape_.pair_rows() * edge_width_);
}

double Network::loss_and_gradient(const float* parameters, const TrainBatch& batch, float scale,
                                  float* gradient) {
  use_one_thread_per_product();
  const std::size_t variables = skeleton_.variables.size();
  const auto total = static_cast<std::size_t>(skeleton_.total_values());
  double loss = 0.0;
  for (std::size_t first = 0; first < batch.graphs; first += shape_.graphs) {
    load(batch, first);
    forward(parameters);
    loss += readout_.loss({&batch.targets[first * total], &batch.weights[first * variables],
                           std::min(shape_.graphs, batch.graphs - first), scale});
    backward(parameters, gradient);
  }
  return loss;
}

std::vector<float> Network::logits(const float* parameters, const TrainBatch& batch) {
  use_one_thread_per_product();
  const auto total = static_cast<std::size_t>(skeleton_.total_values());
  std::vector<float> result(batch.graphs * total);
  for (std::size_t first = 0; first < batch.graphs; first += shape_.graphs) {
    load(batch, first);
    const auto& own = forward(parameters);
    const std::size_t graphs = std::min(shape_.graphs, batch.graphs - first);
    std::copy_n(own.begin(), graphs * total,
                result.begin() + static_cast<std::ptrdiff_t>(first * total));
  }
  return result;
}

// A block that the batch does not fill is filled with copies of its first graph.
void Network::load(const TrainBatch& batch, std::size_t first) {
  const std::size_t variables = skeleton_.variables.size();
  const std::size_t count = condition_in_.in();
  for (std::size_t g = 0; g < shape_.graphs; ++g) {
    const std::size_t from = first + g < batch.graphs ? first + g : first;
    std::copy_n(&batch.states[from * variables], variables, &states_[g * variables]);
    write_features(config_, {batch.conditions.data() + from * metrics_, metrics_},
                   static_cast<double>(batch.times[from]),
                   std::span(features_).subspan(g * count, count));
  }
}

template <class F, class G>
void Network::each_embedding(const F& label, const G& edge) const {
  const std::size_t variables = skeleton_.variables.size();
  for (std::size_t g = 0; g < shape_.graphs; ++g) {
    for (std::size_t i = 0; i < shape_.nodes; ++i) {
      const int fixed = skeleton_.fixed_label[i];
      if (fixed >= 0) label(g * shape_.nodes + i, static_cast<std::size_t>(fixed));
    }
    for (std::size_t v = 0; v < variables; ++v) {
      const Variable& variable = skeleton_.variables[v];
      const std::uint8_t value = states_[g * variables + v];
      if (variable.kind == VariableKind::kLabel) {
        label(g * shape_.nodes + static_cast<std::size_t>(variable.node),
              value == variable.size() ? skeleton_.vocabulary.size()
                                       : static_cast<std::size_t>(variable.labels[value]));
      }
      const auto touched = edges_.touched(v);
      for (std::size_t i = 0; i < touched.size(); ++i) {
        edge(g * shape_.pairs + static_cast<std::size_t>(touched[i]),
             static_cast<std::size_t>(edges_.row(v, edges_.state(v, i, value))));
      }
    }
  }
}

void Network::embed(const float* parameters) {
  for (std::size_t g = 0; g < shape_.graphs; ++g) {
    std::copy_n(parameters + position_, shape_.nodes * width_, &x_[g * shape_.nodes * width_]);
  }
  std::ranges::fill(e_.front(), 0.0F);
  each_embedding(
      [&](std::size_t row, std::size_t label) {
        add(&x_[row * width_], parameters + label_ + label * width_, width_);
      },
      [&](std::size_t row, std::size_t state) {
        add(&e_.front()[row * edge_width_], parameters + edge_ + state * edge_width_, edge_width_);
      });
}

const std::vector<float>& Network::forward(const float* parameters) {
  condition_in_.forward(parameters, features_.data(), condition_1_.data());
  silu(condition_1_.data(), condition_1_.size(), silu_1_.data());
  condition_mix_.forward(parameters, silu_1_.data(), condition_2_.data());
  silu(condition_2_.data(), condition_2_.size(), code_.data());
  embed(parameters);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const auto& bias = biases_[l].forward(parameters, e_[l].data());
    layers_[l].forward(parameters, code_.data(), x_.data(), bias.data());
    if (edges_.empty()) continue;
    // Every pair learns from its nodes.
    std::ranges::copy(x_, outputs_[l].begin());
    norm(x_.data(), shape_.rows(), width_, nullptr, 0, normal_moments_[l].data(),
         normals_[l].data());
    std::ranges::copy(e_[l], e_[l + 1].begin());
    add(e_[l + 1].data(),
        edge_blocks_[l].forward(parameters, e_[l].data(), normals_[l].data()).data(), e_[l].size());
  }
  return readout_.forward(parameters, code_.data(), x_.data(), e_.back().data());
}

void Network::backward(const float* parameters, float* gradient) {
  std::ranges::fill(dcode_, 0.0F);
  std::ranges::fill(de_, 0.0F);
  readout_.backward(parameters, code_.data(), x_.data(), e_.back().data(), dx_.data(), de_.data(),
                    dcode_.data(), gradient);
  for (std::size_t l = layers_.size(); l-- > 0;) {
    if (!edges_.empty()) {
      std::ranges::copy(de_, devalues_.begin());
      std::ranges::fill(dnormal_, 0.0F);
      edge_blocks_[l].backward(parameters, e_[l].data(), normals_[l].data(), devalues_.data(),
                               de_.data(), dnormal_.data(), gradient);
      norm_backward(outputs_[l].data(), normal_moments_[l].data(), dnormal_.data(), shape_.rows(),
                    width_, nullptr, nullptr, 0, dx_.data());
    }
    layers_[l].backward(parameters, code_.data(), dx_.data(), dcode_.data(), biases_[l].gradient(),
                        gradient);
    biases_[l].backward(parameters, e_[l].data(), de_.data(), gradient);
  }
  embed_backward(gradient);
  silu_backward(condition_2_.data(), dcode_.data(), dcode_.size(), dcode_.data());
  condition_mix_.backward(parameters, silu_1_.data(), dcode_.data(), dcondition_.data(), false,
                          gradient);
  silu_backward(condition_1_.data(), dcondition_.data(), dcondition_.size(), dcondition_.data());
  condition_in_.backward(parameters, features_.data(), dcondition_.data(), nullptr, false,
                         gradient);
}

void Network::embed_backward(float* gradient) const {
  for (std::size_t g = 0; g < shape_.graphs; ++g) {
    add(gradient + position_, &dx_[g * shape_.nodes * width_], shape_.nodes * width_);
  }
  each_embedding(
      [&](std::size_t row, std::size_t label) {
        add(gradient + label_ + label * width_, &dx_[row * width_], width_);
      },
      [&](std::size_t row, std::size_t state) {
        add(gradient + edge_ + state * edge_width_, &de_[row * edge_width_], edge_width_);
      });
}

}  // namespace dinas::train
