#include "torch/eager_network.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "model/parameters.h"

namespace dinas {
namespace {

using Indices = std::vector<std::int64_t>;

torch::Tensor index_tensor(const Indices& indices) { return torch::tensor(indices, torch::kInt64); }

torch::Tensor linear(const ParameterTensors& p, const std::string& name, const torch::Tensor& x) {
  return torch::linear(x, p.at(name + ".weight").t(), p.at(name + ".bias"));
}

torch::Tensor plain_norm(const torch::Tensor& x) { return torch::layer_norm(x, {x.size(-1)}); }

torch::Tensor modulated_norm(const torch::Tensor& x, const torch::Tensor& shift,
                             const torch::Tensor& scale) {
  return plain_norm(x) * (1 + scale) + shift;
}

}  // namespace

EagerNetwork::EagerNetwork(const DenoiserConfig& config, const Skeleton& skeleton)
    : config_(config), skeleton_(skeleton), edges_(skeleton) {
  Indices kinds;
  for (const PairKind kind : pair_kinds(skeleton)) kinds.push_back(static_cast<std::int64_t>(kind));
  pair_kinds_ = index_tensor(kinds);
  index_labels();
  index_pairs();
  index_scores();
}

void EagerNetwork::index_labels() {
  Indices nodes;
  for (int i = 0; i < skeleton_.nodes; ++i) {
    if (skeleton_.fixed_label[static_cast<std::size_t>(i)] >= 0) nodes.push_back(i);
    for (const Variable& v : skeleton_.variables) {
      if (v.kind == VariableKind::kLabel && v.node == i) nodes.push_back(i);
    }
  }
  label_node_ = index_tensor(nodes);
  one_label_a_node_ = torch::equal(label_node_, torch::arange(skeleton_.nodes));
}

void EagerNetwork::index_pairs() {
  Indices touched;
  for (std::size_t v = 0; v < skeleton_.variables.size(); ++v) {
    for (const int pair : edges_.touched(v)) touched.push_back(pair);
  }
  touched_ = index_tensor(touched);
  Indices from;
  Indices to;
  for (const auto& [source, target] : edges_.pairs()) {
    from.push_back(source);
    to.push_back(target);
  }
  from_ = index_tensor(from);
  to_ = index_tensor(to);
}

void EagerNetwork::index_scores() {
  const auto vocabulary = static_cast<std::int64_t>(skeleton_.vocabulary.size());
  Indices node_value, node_score, pair_value, pair_score;
  std::int64_t place = 0;
  for (std::size_t v = 0; v < skeleton_.variables.size(); ++v) {
    const Variable& variable = skeleton_.variables[v];
    const std::int64_t node = variable.node * (vocabulary + edges_.input_values());
    const auto touched = edges_.touched(v);
    for (int value = 0; value < variable.size(); ++value, ++place) {
      if (variable.kind == VariableKind::kLabel) {
        node_value.push_back(place);
        node_score.push_back(node + variable.labels[static_cast<std::size_t>(value)]);
      } else if (variable.kind == VariableKind::kInputs) {
        node_value.push_back(place);
        node_score.push_back(node + vocabulary + edges_.first_value(v) + value);
      }
      for (std::size_t i = 0; i < touched.size(); ++i) {
        pair_value.push_back(place);
        pair_score.push_back(static_cast<std::int64_t>(touched[i]) * edges_.columns() +
                             edges_.column(v, edges_.state(v, i, value)));
      }
    }
  }
  node_value_ = index_tensor(node_value);
  node_score_ = index_tensor(node_score);
  pair_value_ = index_tensor(pair_value);
  pair_score_ = index_tensor(pair_score);
}

EagerTokens EagerNetwork::encode(std::span<const std::uint8_t> states) const {
  const std::size_t count = skeleton_.variables.size();
  Indices labels;
  Indices edges;
  for (std::size_t first = 0; first < states.size(); first += count) {
    for (int i = 0; i < skeleton_.nodes; ++i) {
      const int fixed = skeleton_.fixed_label[static_cast<std::size_t>(i)];
      if (fixed >= 0) labels.push_back(fixed);
      for (std::size_t v = 0; v < count; ++v) {
        const Variable& variable = skeleton_.variables[v];
        if (variable.kind != VariableKind::kLabel || variable.node != i) continue;
        const std::uint8_t value = states[first + v];
        labels.push_back(value == variable.size()
                             ? static_cast<std::int64_t>(skeleton_.vocabulary.size())
                             : variable.labels[value]);
      }
    }
    for (std::size_t v = 0; v < count; ++v) {
      for (std::size_t i = 0; i < edges_.touched(v).size(); ++i) {
        edges.push_back(edges_.row(v, edges_.state(v, i, states[first + v])));
      }
    }
  }
  const auto graphs = static_cast<std::int64_t>(states.size() / count);
  return {index_tensor(labels).view({graphs, label_node_.numel()}),
          index_tensor(edges).view({graphs, touched_.numel()})};
}

torch::Tensor EagerNetwork::forward(const ParameterTensors& p, const EagerTokens& tokens,
                                    const torch::Tensor& features) const {
  const torch::Tensor condition =
      torch::silu(linear(p, "condition.mix", torch::silu(linear(p, "condition.in", features))));
  torch::Tensor x = embed_nodes(p, tokens.labels);
  torch::Tensor e;
  if (!edges_.empty()) {
    e = torch::zeros({features.size(0), from_.numel(), config_.edge_width})
            .index_add(1, touched_, torch::embedding(p.at("embed.edge"), tokens.edges));
  }
  for (int l = 0; l < config_.layers; ++l) {
    const std::string name = fmt::format("layer.{}.", l);
    x = layer(p, name, x, condition, e);
    if (!edges_.empty()) e = e + edge_values(p, name + "edge.", e, plain_norm(x));
  }
  const auto part = linear(p, "readout.modulation", condition).unsqueeze(1).chunk(2, -1);
  return logits(p, modulated_norm(x, part[0], part[1]), e);
}

// [graphs, nodes, width]
torch::Tensor EagerNetwork::embed_nodes(const ParameterTensors& p,
                                        const torch::Tensor& labels) const {
  const torch::Tensor embedded = torch::embedding(p.at("embed.label"), labels);
  const torch::Tensor& position = p.at("embed.position");
  if (one_label_a_node_) return embedded + position;
  return position.expand({labels.size(0), -1, -1}).index_add(1, label_node_, embedded);
}

// x [graphs, nodes, width].
torch::Tensor EagerNetwork::layer(const ParameterTensors& p, const std::string& name,
                                  const torch::Tensor& x, const torch::Tensor& condition,
                                  const torch::Tensor& e) const {
  const auto part = linear(p, name + "modulation", condition).unsqueeze(1).chunk(6, -1);
  const torch::Tensor mixed = attention(p, name + "attention.", modulated_norm(x, part[0], part[1]),
                                        attention_bias(p, name, e));
  const torch::Tensor y = x + (1 + part[2]) * linear(p, name + "attention.out", mixed);
  const torch::Tensor hidden =
      torch::relu(linear(p, name + "feed_forward.in", modulated_norm(y, part[3], part[4])));
  return y + (1 + part[5]) * linear(p, name + "feed_forward.out", hidden);
}

torch::Tensor EagerNetwork::attention(const ParameterTensors& p, const std::string& name,
                                      const torch::Tensor& x, const torch::Tensor& bias) const {
  const std::int64_t graphs = x.size(0);
  const std::int64_t nodes = x.size(1);
  const std::int64_t head_width = x.size(2) / config_.heads;
  const auto qkv = linear(p, name + "qkv", x).chunk(3, -1);
  const auto split = [&](const torch::Tensor& t) {
    return t.view({graphs, nodes, config_.heads, head_width}).transpose(1, 2);
  };
  const torch::Tensor scores = torch::matmul(split(qkv[0]), split(qkv[1]).transpose(2, 3)) /
                                   std::sqrt(static_cast<double>(head_width)) +
                               bias;
  return torch::matmul(torch::softmax(scores, -1), split(qkv[2]))
      .transpose(1, 2)
      .reshape({graphs, nodes, -1});
}

// [heads, nodes, nodes], with variable edges [graphs, heads, nodes, nodes]
torch::Tensor EagerNetwork::attention_bias(const ParameterTensors& p, const std::string& name,
                                           const torch::Tensor& e) const {
  const std::int64_t nodes = skeleton_.nodes;
  const std::int64_t heads = config_.heads;
  const torch::Tensor fixed = p.at(name + "attention.pair_bias").index_select(1, pair_kinds_);
  if (edges_.empty()) return fixed.view({heads, nodes, nodes});
  // What a pair says to its target and to its source: [graphs, heads, pairs] each.
  const auto own =
      torch::matmul(e, p.at(name + "edge.attention.weight")).transpose(1, 2).chunk(2, 1);
  return fixed.expand({e.size(0), -1, -1})
      .index_add(2, to_ * nodes + from_, own[0])
      .index_add(2, from_ * nodes + to_, own[1])
      .view({-1, heads, nodes, nodes});
}

// out(relu(in(norm(e)) + from(nodes) + to(nodes))); nodes are normalised. [graphs, pairs, out]
torch::Tensor EagerNetwork::edge_values(const ParameterTensors& p, const std::string& name,
                                        const torch::Tensor& e, const torch::Tensor& nodes) const {
  const torch::Tensor from =
      torch::matmul(nodes, p.at(name + "from.weight")).index_select(1, from_);
  const torch::Tensor to = torch::matmul(nodes, p.at(name + "to.weight")).index_select(1, to_);
  return linear(p, name + "out", torch::relu(linear(p, name + "in", plain_norm(e)) + from + to));
}

torch::Tensor EagerNetwork::logits(const ParameterTensors& p, const torch::Tensor& nodes,
                                   const torch::Tensor& e) const {
  const std::int64_t graphs = nodes.size(0);
  torch::Tensor weight = p.at("readout.label.weight");
  if (edges_.input_values() > 0) weight = torch::cat({weight, p.at("readout.inputs.weight")}, 1);
  const torch::Tensor scores =
      torch::matmul(nodes, weight).view({graphs, -1}).index_select(1, node_score_);
  const torch::Tensor& bias = p.at("readout.value.bias");
  if (edges_.empty()) return scores + bias;
  const torch::Tensor pairs = edge_values(p, "readout.edge.", e, nodes).view({graphs, -1});
  return bias.expand({graphs, -1})
      .index_add(1, node_value_, scores)
      .index_add(1, pair_value_, pairs.index_select(1, pair_score_));
}

}  // namespace dinas
