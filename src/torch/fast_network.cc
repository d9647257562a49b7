#include "torch/fast_network.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "model/parameters.h"

namespace dinas {
namespace {

constexpr float kNoLogit = -1e9F;

torch::Tensor linear(const ParameterTensors& p, const std::string& name, const torch::Tensor& x) {
  return torch::addmm(p.at(name + ".bias"), x, p.at(name + ".weight"));
}

}  // namespace

FastNetwork::FastNetwork(const DenoiserConfig& config, const Skeleton& skeleton)
    : config_(config), skeleton_(skeleton) {
  const auto vocabulary = static_cast<std::int64_t>(skeleton.vocabulary.size());
  std::vector<std::int64_t> kinds;
  for (const PairKind kind : pair_kinds(skeleton)) kinds.push_back(static_cast<std::int64_t>(kind));
  pair_kinds_ = torch::tensor(kinds, torch::kInt64);
  for (const Variable& v : skeleton.variables) {
    largest_ = std::max<std::int64_t>(largest_, v.size());
  }
  std::vector<std::int64_t> readout;
  std::vector<std::int64_t> bias;
  std::vector<float> padding;
  std::int64_t offset = 0;
  for (const Variable& v : skeleton.variables) {
    DINAS_CHECK(v.kind == VariableKind::kLabel);
    for (std::int64_t value = 0; value < largest_; ++value) {
      const bool real = value < v.size();
      readout.push_back(v.node * vocabulary +
                        (real ? v.labels[static_cast<std::size_t>(value)] : 0));
      bias.push_back(offset + (real ? value : 0));
      padding.push_back(real ? 0.0F : kNoLogit);
    }
    offset += v.size();
  }
  readout_index_ = torch::tensor(readout, torch::kInt64);
  bias_index_ = torch::tensor(bias, torch::kInt64);
  padding_ = torch::tensor(padding);
}

torch::Tensor FastNetwork::tokens(std::span<const std::uint8_t> states) const {
  const std::size_t count = skeleton_.variables.size();
  const auto nodes = static_cast<std::size_t>(skeleton_.nodes);
  const std::size_t graphs = states.size() / count;
  torch::Tensor result =
      torch::empty({static_cast<std::int64_t>(graphs), skeleton_.nodes}, torch::kInt64);
  auto* out = result.data_ptr<std::int64_t>();
  const auto masked = static_cast<std::int64_t>(skeleton_.vocabulary.size());
  for (std::size_t g = 0; g < graphs; ++g) {
    for (std::size_t i = 0; i < nodes; ++i) out[g * nodes + i] = skeleton_.fixed_label[i];
    for (std::size_t v = 0; v < count; ++v) {
      const Variable& variable = skeleton_.variables[v];
      const std::uint8_t value = states[g * count + v];
      out[g * nodes + static_cast<std::size_t>(variable.node)] =
          value == variable.size() ? masked : variable.labels[value];
    }
  }
  return result;
}

torch::Tensor FastNetwork::forward(const ParameterTensors& p, const torch::Tensor& tokens,
                                   const torch::Tensor& features, Layer layer) const {
  const std::int64_t graphs = tokens.size(0);
  const std::int64_t nodes = tokens.size(1);
  const std::int64_t d = config_.width;
  const torch::Tensor condition =
      torch::silu(linear(p, "condition.mix", torch::silu(linear(p, "condition.in", features))));

  torch::Tensor x = torch::embedding(p.at("embed.label"), tokens.view({-1}));
  x = (x.view({graphs, nodes, d}) + p.at("embed.position")).view({graphs * nodes, d});
  for (int l = 0; l < config_.layers; ++l) {
    const std::string name = fmt::format("layer.{}.", l);
    LayerTensors t;
    t.x = x;
    t.modulation = linear(p, name + "modulation", condition);
    t.bias = p.at(name + "attention.pair_bias")
                 .index_select(1, pair_kinds_)
                 .view({config_.heads, nodes, nodes});
    t.qkv_weight = p.at(name + "attention.qkv.weight");
    t.qkv_bias = p.at(name + "attention.qkv.bias");
    t.out_weight = p.at(name + "attention.out.weight");
    t.out_bias = p.at(name + "attention.out.bias");
    t.in_weight = p.at(name + "feed_forward.in.weight");
    t.in_bias = p.at(name + "feed_forward.in.bias");
    t.down_weight = p.at(name + "feed_forward.out.weight");
    t.down_bias = p.at(name + "feed_forward.out.bias");
    x = layer(t, {nodes, config_.heads});
  }
  const torch::Tensor last = linear(p, "readout.modulation", condition).view({graphs, 1, 2 * d});
  const torch::Tensor normal =
      torch::layer_norm(x.view({graphs, nodes, d}), {d}) * (1 + last.narrow(2, d, d)) +
      last.narrow(2, 0, d);
  const torch::Tensor scores =
      torch::mm(normal.view({graphs * nodes, d}), p.at("readout.label.weight"));
  const torch::Tensor bias = p.at("readout.value.bias").index_select(0, bias_index_) + padding_;
  return (scores.view({graphs, -1}).index_select(1, readout_index_) + bias)
      .view({graphs, skeleton_.variable_count(), largest_});
}

}  // namespace dinas
