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

LayerTensors layer_tensors(const ParameterTensors& p, const std::string& name) {
  LayerTensors t;
  t.qkv_weight = p.at(name + "attention.qkv.weight");
  t.qkv_bias = p.at(name + "attention.qkv.bias");
  t.out_weight = p.at(name + "attention.out.weight");
  t.out_bias = p.at(name + "attention.out.bias");
  t.in_weight = p.at(name + "feed_forward.in.weight");
  t.in_bias = p.at(name + "feed_forward.in.bias");
  t.down_weight = p.at(name + "feed_forward.out.weight");
  t.down_bias = p.at(name + "feed_forward.out.bias");
  return t;
}

}  // namespace

FastNetwork::FastNetwork(const DenoiserConfig& config, const Skeleton& skeleton)
    : config_(config), skeleton_(skeleton), edges_(skeleton), pair_index_(edges_, skeleton.nodes) {
  std::vector<std::int64_t> kinds;
  for (const PairKind kind : pair_kinds(skeleton)) kinds.push_back(static_cast<std::int64_t>(kind));
  pair_kinds_ = torch::tensor(kinds, torch::kInt64);
  for (const Variable& v : skeleton.variables) {
    largest_ = std::max<std::int64_t>(largest_, v.size());
  }
  index_readout();
}

// The nodes' scores are [nodes, vocabulary + input values] and a last one that is always 0.
void FastNetwork::index_readout() {
  const auto vocabulary = static_cast<std::int64_t>(skeleton_.vocabulary.size());
  const std::int64_t scores = vocabulary + edges_.input_values();
  const std::int64_t nothing = skeleton_.nodes * scores;
  const std::int64_t values = skeleton_.variable_count() * largest_;
  std::vector<std::int64_t> node_score;
  std::vector<std::int64_t> bias;
  std::vector<float> padding;
  constexpr std::int64_t kMostScores = std::int64_t{1} << 28;  // 1 GB
  const std::int64_t pair_scores =
      static_cast<std::int64_t>(edges_.pairs().size()) * edges_.columns();
  if (pair_scores * values > kMostScores) {
    throw UsageError(fmt::format(
        "the space is too large to train: {} scores of edges for {} values; make fewer edges "
        "variable or give variables fewer values",
        pair_scores, values));
  }
  pair_score_ = torch::zeros({pair_scores, values});
  auto pair_score = pair_score_.accessor<float, 2>();
  std::int64_t offset = 0;
  for (std::size_t v = 0; v < skeleton_.variables.size(); ++v) {
    const Variable& variable = skeleton_.variables[v];
    for (int value = 0; value < static_cast<int>(largest_); ++value) {
      const bool real = value < variable.size();
      std::int64_t column = -1;
      if (real && variable.kind == VariableKind::kLabel) {
        column = variable.labels[static_cast<std::size_t>(value)];
      } else if (real && variable.kind == VariableKind::kInputs) {
        column = vocabulary + edges_.first_value(v) + value;
      }
      const auto touched = edges_.touched(v);
      for (std::size_t i = 0; real && i < touched.size(); ++i) {
        const int score = edges_.column(v, edges_.state(v, i, value));
        pair_score[touched[i] * edges_.columns() + score]
                  [static_cast<std::int64_t>(node_score.size())] = 1.0F;
      }
      node_score.push_back(column < 0 ? nothing : variable.node * scores + column);
      bias.push_back(offset + (real ? value : 0));
      padding.push_back(real ? 0.0F : kNoLogit);
    }
    offset += variable.size();
  }
  node_score_ = torch::tensor(node_score, torch::kInt64);
  bias_index_ = torch::tensor(bias, torch::kInt64);
  padding_ = torch::tensor(padding);
}

EncodedStates FastNetwork::encode(std::span<const std::uint8_t> states) const {
  const std::size_t count = skeleton_.variables.size();
  const std::size_t graphs = states.size() / count;
  const auto rows = static_cast<std::int64_t>(graphs);
  const auto pairs = static_cast<std::int64_t>(edges_.pairs().size());
  const auto vocabulary = static_cast<std::int64_t>(skeleton_.vocabulary.size());
  EncodedStates result;
  result.labels = torch::zeros({rows * skeleton_.nodes, vocabulary + 1});
  auto labels = result.labels.accessor<float, 2>();
  if (!edges_.empty()) result.edges = torch::zeros({rows * pairs, edges_.rows()});
  auto* edges = edges_.empty() ? nullptr : result.edges.data_ptr<float>();
  for (std::int64_t g = 0; g < rows; ++g) {
    for (int i = 0; i < skeleton_.nodes; ++i) {
      const int label = skeleton_.fixed_label[static_cast<std::size_t>(i)];
      if (label >= 0) labels[g * skeleton_.nodes + i][label] += 1.0F;
    }
    for (std::size_t v = 0; v < count; ++v) {
      const Variable& variable = skeleton_.variables[v];
      const std::uint8_t value = states[static_cast<std::size_t>(g) * count + v];
      if (variable.kind == VariableKind::kLabel) {
        const std::int64_t label = value == variable.size() ? vocabulary : variable.labels[value];
        labels[g * skeleton_.nodes + variable.node][label] += 1.0F;
      }
      const auto touched = edges_.touched(v);
      for (std::size_t i = 0; i < touched.size(); ++i) {
        edges[(g * pairs + touched[i]) * edges_.rows() +
              edges_.row(v, edges_.state(v, i, value))] += 1.0F;
      }
    }
  }
  return result;
}

// out(relu(in(norm(e)) + from(nodes) + to(nodes))); nodes are normalised. [B pairs, columns of out]
torch::Tensor FastNetwork::update_pairs(const ParameterTensors& p, const std::string& prefix,
                                        const torch::Tensor& e, const torch::Tensor& nodes) const {
  const torch::Tensor normal = torch::layer_norm(e, {config_.edge_width});
  const torch::Tensor hidden =
      join_pairs(linear(p, prefix + "in", normal), torch::mm(nodes, p.at(prefix + "from.weight")),
                 torch::mm(nodes, p.at(prefix + "to.weight")), pair_index_);
  return linear(p, prefix + "out", hidden);
}

torch::Tensor FastNetwork::forward(const ParameterTensors& p, const EncodedStates& states,
                                   const torch::Tensor& features, Layer layer) const {
  const std::int64_t graphs = features.size(0);
  const std::int64_t nodes = skeleton_.nodes;
  const std::int64_t d = config_.width;
  const torch::Tensor condition =
      torch::silu(linear(p, "condition.mix", torch::silu(linear(p, "condition.in", features))));

  torch::Tensor x = torch::mm(states.labels, p.at("embed.label"));
  x = (x.view({graphs, nodes, d}) + p.at("embed.position")).view({graphs * nodes, d});
  torch::Tensor e;
  if (!edges_.empty()) e = torch::mm(states.edges, p.at("embed.edge"));
  for (int l = 0; l < config_.layers; ++l) {
    const std::string name = fmt::format("layer.{}.", l);
    LayerTensors t = layer_tensors(p, name);
    t.x = x;
    t.modulation = linear(p, name + "modulation", condition);
    t.bias = p.at(name + "attention.pair_bias")
                 .index_select(1, pair_kinds_)
                 .view({config_.heads, nodes, nodes});
    if (!edges_.empty()) {
      t.bias = pair_bias(t.bias, torch::mm(e, p.at(name + "edge.attention.weight")), pair_index_);
    }
    x = layer(t, {nodes, config_.heads});
    if (!edges_.empty()) {
      e = e + update_pairs(p, name + "edge.", e, torch::layer_norm(x, {d}));
    }
  }
  const torch::Tensor last = linear(p, "readout.modulation", condition).view({graphs, 1, 2 * d});
  const torch::Tensor normal =
      torch::layer_norm(x.view({graphs, nodes, d}), {d}) * (1 + last.narrow(2, d, d)) +
      last.narrow(2, 0, d);
  return logits(p, normal.view({graphs * nodes, d}), e);
}

torch::Tensor FastNetwork::logits(const ParameterTensors& p, const torch::Tensor& nodes,
                                  const torch::Tensor& e) const {
  const std::int64_t graphs = nodes.size(0) / skeleton_.nodes;
  torch::Tensor weight = p.at("readout.label.weight");
  if (edges_.input_values() > 0) weight = torch::cat({weight, p.at("readout.inputs.weight")}, 1);
  const torch::Tensor scores =
      torch::constant_pad_nd(torch::mm(nodes, weight).view({graphs, -1}), {0, 1});
  torch::Tensor result = scores.index_select(1, node_score_) +
                         p.at("readout.value.bias").index_select(0, bias_index_) + padding_;
  if (!edges_.empty()) {
    const torch::Tensor pairs = update_pairs(p, "readout.edge.", e, nodes);
    result = result + torch::mm(pairs.view({graphs, -1}), pair_score_);
  }
  return result.view({graphs, skeleton_.variable_count(), largest_});
}

}  // namespace dinas
