#include "model/parameters.h"

#include <fmt/format.h>

#include "graph/dag.h"
#include "model/edge_layout.h"

namespace dinas {
namespace {

// Modulations start at zero: an untrained layer is a plain pre-norm transformer layer.
ParameterInfo weight(std::string name, std::int64_t in, std::int64_t out, bool zero = false) {
  return {std::move(name), {in, out}, zero ? Initialisation::kZero : Initialisation::kLinear};
}

ParameterInfo bias(std::string name, std::int64_t size) {
  return {std::move(name), {size}, Initialisation::kZero};
}

// Features of a pair from its own and its nodes': a layer of edge_width, then `out` values.
void add_edge_block(const std::string& prefix, const DenoiserConfig& config, std::int64_t out,
                    std::vector<ParameterInfo>& list) {
  list.push_back(weight(prefix + "in.weight", config.edge_width, config.edge_width));
  list.push_back(weight(prefix + "from.weight", config.width, config.edge_width));
  list.push_back(weight(prefix + "to.weight", config.width, config.edge_width));
  list.push_back(bias(prefix + "in.bias", config.edge_width));
  list.push_back(weight(prefix + "out.weight", config.edge_width, out));
  list.push_back(bias(prefix + "out.bias", out));
}

void add_layer(const std::string& p, const DenoiserConfig& config, bool edges,
               std::vector<ParameterInfo>& list) {
  const std::int64_t d = config.width;
  list.push_back(weight(p + "modulation.weight", config.condition, 6 * d, true));
  list.push_back(bias(p + "modulation.bias", 6 * d));
  list.push_back({p + "attention.pair_bias", {config.heads, kPairKinds}, Initialisation::kZero});
  list.push_back(weight(p + "attention.qkv.weight", d, 3 * d));
  list.push_back(bias(p + "attention.qkv.bias", 3 * d));
  list.push_back(weight(p + "attention.out.weight", d, d));
  list.push_back(bias(p + "attention.out.bias", d));
  list.push_back(weight(p + "feed_forward.in.weight", d, config.feed_forward));
  list.push_back(bias(p + "feed_forward.in.bias", config.feed_forward));
  list.push_back(weight(p + "feed_forward.out.weight", config.feed_forward, d));
  list.push_back(bias(p + "feed_forward.out.bias", d));
  if (!edges) return;
  list.push_back(weight(p + "edge.attention.weight", config.edge_width, 2 * config.heads));
  add_edge_block(p + "edge.", config, config.edge_width, list);
}

}  // namespace

std::vector<PairKind> pair_kinds(const Skeleton& skeleton) {
  const auto n = static_cast<std::size_t>(skeleton.nodes);
  std::vector<PairKind> kinds(n * n, PairKind::kUnrelated);
  const Dag dag{skeleton.nodes, skeleton.fixed_edges};
  for (int i = 0; i < skeleton.nodes; ++i) {
    const auto reached = reachable_from(dag, i);
    for (int j = 0; j < skeleton.nodes; ++j) {
      if (i == j || !reached[static_cast<std::size_t>(j)]) continue;
      kinds[static_cast<std::size_t>(i) * n + static_cast<std::size_t>(j)] = PairKind::kDescendant;
      kinds[static_cast<std::size_t>(j) * n + static_cast<std::size_t>(i)] = PairKind::kAncestor;
    }
    kinds[static_cast<std::size_t>(i) * (n + 1)] = PairKind::kSelf;
  }
  for (const auto& [from, to] : skeleton.fixed_edges) {
    kinds[static_cast<std::size_t>(from) * n + static_cast<std::size_t>(to)] =
        PairKind::kEdgeForward;
    kinds[static_cast<std::size_t>(to) * n + static_cast<std::size_t>(from)] =
        PairKind::kEdgeBackward;
  }
  return kinds;
}

std::vector<ParameterInfo> fast_parameters(const DenoiserConfig& config, const Skeleton& skeleton,
                                           std::size_t metrics) {
  const std::int64_t d = config.width;
  const std::int64_t c = config.condition;
  const auto vocabulary = static_cast<std::int64_t>(skeleton.vocabulary.size());
  const EdgeLayout edges(skeleton);
  const auto code = static_cast<std::int64_t>(metrics) * (2 * config.fourier + 1);
  std::vector<ParameterInfo> list;
  list.push_back({"embed.label", {vocabulary + 1, d}, Initialisation::kEmbedding});  // last: masked
  list.push_back({"embed.position", {skeleton.nodes, d}, Initialisation::kPosition});
  if (!edges.empty()) {
    list.push_back({"embed.edge", {edges.rows(), config.edge_width}, Initialisation::kEmbedding});
  }
  list.push_back(
      weight("condition.in.weight", code + (config.time_input ? 2 * config.fourier : 0), c));
  list.push_back(bias("condition.in.bias", c));
  list.push_back(weight("condition.mix.weight", c, c));
  list.push_back(bias("condition.mix.bias", c));
  for (int l = 0; l < config.layers; ++l) {
    add_layer(fmt::format("layer.{}.", l), config, !edges.empty(), list);
  }
  list.push_back(weight("readout.modulation.weight", c, 2 * d, true));
  list.push_back(bias("readout.modulation.bias", 2 * d));
  list.push_back(weight("readout.label.weight", d, vocabulary));
  list.push_back(bias("readout.value.bias", skeleton.total_values()));
  if (!edges.empty()) add_edge_block("readout.edge.", config, edges.columns(), list);
  if (edges.input_values() > 0) {
    list.push_back(weight("readout.inputs.weight", d, edges.input_values()));
  }
  return list;
}

}  // namespace dinas
