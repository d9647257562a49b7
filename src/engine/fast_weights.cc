#include "engine/fast_weights.h"

#include <algorithm>

#include "engine/vector_kernels.h"

namespace dinas {
namespace {

using reference::Linear;
using reference::Vector;

std::vector<float> floats(const Vector& x) { return {x.begin(), x.end()}; }

// The product with columns first .. first + count - 1 of a linear map.
MatrixProduct columns(const Linear& linear, std::size_t first, std::size_t count,
                      Precision precision) {
  std::vector<float> weight;
  for (std::size_t i = 0; i < linear.in; ++i) {
    const auto row = linear.weight.begin() + static_cast<std::ptrdiff_t>(i * linear.out + first);
    weight.insert(weight.end(), row, row + static_cast<std::ptrdiff_t>(count));
  }
  std::vector<float> bias;
  if (!linear.bias.empty()) {
    const auto from = linear.bias.begin() + static_cast<std::ptrdiff_t>(first);
    bias.assign(from, from + static_cast<std::ptrdiff_t>(count));
  }
  return {linear.in, count, weight, bias, precision};
}

MatrixProduct product(const Linear& linear, Precision precision,
                      Activation activation = Activation::kNone) {
  return {linear.in, linear.out, floats(linear.weight), floats(linear.bias), precision, activation};
}

FastEdgeBlock edge_block(const reference::EdgeBlock& block, Precision precision) {
  Linear ends{block.from.in, 2 * block.from.out, {}, {}};
  for (std::size_t i = 0; i < ends.in; ++i) {
    for (const Linear* half : {&block.from, &block.to}) {
      const auto row = half->weight.begin() + static_cast<std::ptrdiff_t>(i * half->out);
      ends.weight.insert(ends.weight.end(), row, row + static_cast<std::ptrdiff_t>(half->out));
    }
  }
  return {product(block.in, precision), product(ends, precision), product(block.out, precision)};
}

FastLayer fast_layer(const reference::LayerWeights& layer, bool edges, Precision precision) {
  const std::size_t width = layer.out.out;
  FastLayer result{.query = columns(layer.qkv, 0, width, precision),
                   .key_value = columns(layer.qkv, width, 2 * width, precision),
                   .out = product(layer.out, precision),
                   .feed_in = product(layer.in, precision, Activation::kRelu),
                   .feed_out = product(layer.down, precision),
                   .edge_attention = {},
                   .edge = {}};
  if (edges) {
    result.edge_attention = product(layer.edge_attention, precision);
    result.edge = edge_block(layer.edge, precision);
  }
  return result;
}

NodeStates node_states(const Skeleton& skeleton) {
  NodeStates states;
  states.labels.resize(static_cast<std::size_t>(skeleton.nodes));
  for (std::size_t v = 0; v < skeleton.variables.size(); ++v) {
    const Variable& variable = skeleton.variables[v];
    if (variable.kind == VariableKind::kLabel) {
      states.labels[static_cast<std::size_t>(variable.node)].push_back(v);
    }
  }
  // Beyond this a table costs more than it saves.
  constexpr std::size_t kMostRows = 2048;
  states.first.push_back(0);
  for (const auto& labels : states.labels) {
    std::size_t rows = 1;
    for (const std::size_t v : labels) {
      rows *= static_cast<std::size_t>(skeleton.variables[v].size()) + 1;
      if (rows > kMostRows) return {std::move(states.labels), {}};
    }
    states.first.push_back(states.first.back() + rows);
  }
  if (states.rows() > kMostRows) states.first.clear();
  return states;
}

std::uint64_t cost(const MatrixProduct& p, std::size_t rows) { return p.in() * p.out() * rows; }

std::uint64_t cost(const FastEdgeBlock& block, std::size_t nodes, std::size_t pairs) {
  return cost(block.in, pairs) + cost(block.ends, nodes) + cost(block.out, pairs);
}

}  // namespace

FastConstants fold_constants(const reference::Weights& source) {
  const auto n = static_cast<std::size_t>(source.skeleton.nodes);
  const auto width = static_cast<std::size_t>(source.config.width);
  const auto heads = static_cast<std::size_t>(source.config.heads);
  FastConstants result{floats(source.position), {}};
  for (std::size_t i = 0; i < n; ++i) {
    const int label = source.skeleton.fixed_label[i];
    if (label < 0) continue;
    for (std::size_t c = 0; c < width; ++c) {
      result.nodes[i * width + c] +=
          static_cast<float>(source.label[static_cast<std::size_t>(label) * width + c]);
    }
  }
  const std::size_t stride = padded_nodes(n);
  for (const reference::LayerWeights& layer : source.layers) {
    std::vector<float> bias(heads * n * stride, kNoAttention);
    for (std::size_t h = 0; h < heads; ++h) {
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
          bias[(h * n + i) * stride + j] = static_cast<float>(
              layer.pair_bias[h * kPairKinds + static_cast<std::size_t>(source.pairs[i * n + j])]);
        }
      }
    }
    result.pair_biases.push_back(std::move(bias));
  }
  return result;
}

FastWeights fast_weights_of(const Model& model, const Space& space, Precision precision) {
  FastWeights w{.source = reference::weights_of(model, space),
                .states = node_states(space.skeleton()),
                .constants = {},
                .layers = {},
                .label = {},
                .edge_state = {},
                .value_bias = {},
                .readout_label = {},
                .readout_inputs = {},
                .readout_edge = {}};
  const reference::Weights& source = w.source;
  const bool edges = !source.edges.empty();
  w.constants = fold_constants(source);
  w.label = floats(source.label);
  w.edge_state = floats(source.edge_state);
  w.value_bias = floats(source.value_bias);
  w.readout_label = product(source.readout_label, precision);
  for (const auto& layer : source.layers) w.layers.push_back(fast_layer(layer, edges, precision));
  if (edges) w.readout_edge = edge_block(source.readout_edge, precision);
  if (source.edges.input_values() > 0) {
    w.readout_inputs = product(source.readout_inputs, precision);
  }
  return w;
}

std::uint64_t nominal_multiply_adds(const FastWeights& w) {
  const std::size_t n = w.nodes();
  std::uint64_t sum = 0;
  for (const FastLayer& layer : w.layers) {
    for (const MatrixProduct* p :
         {&layer.query, &layer.key_value, &layer.out, &layer.feed_in, &layer.feed_out}) {
      sum += cost(*p, n);
    }
    sum += 2 * n * n * w.width();
    sum += cost(layer.edge_attention, w.pairs()) + cost(layer.edge, n, w.pairs());
  }
  return sum + cost(w.readout_label, n) + cost(w.readout_inputs, n) +
         cost(w.readout_edge, n, w.pairs());
}

}  // namespace dinas
