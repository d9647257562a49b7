#include "torch/paper_graph.h"

#include <algorithm>
#include <numeric>

#include "diffusion/transition.h"

namespace dinas {
namespace {

std::size_t pair_count(std::size_t nodes) { return nodes * (nodes - 1) / 2; }

// Position of the pair (i, j), i < j, among all pairs.
std::size_t pair_index(std::size_t i, std::size_t j, std::size_t nodes) {
  return pair_count(nodes) - pair_count(nodes - i) + (j - i - 1);
}

// m_X [vocabulary]
std::vector<double> node_marginal(const Skeleton& skeleton,
                                  const std::vector<std::vector<double>>& marginals) {
  const double share = 1.0 / skeleton.nodes;
  std::vector<double> m(skeleton.vocabulary.size(), 0.0);
  for (const int label : skeleton.fixed_label) {
    if (label >= 0) m[static_cast<std::size_t>(label)] += share;
  }
  for (std::size_t v = 0; v < skeleton.variables.size(); ++v) {
    const std::vector<int>& labels = skeleton.variables[v].labels;
    for (std::size_t k = 0; k < labels.size(); ++k) {
      m[static_cast<std::size_t>(labels[k])] += share * marginals[v][k];
    }
  }
  return m;
}

}  // namespace

Skeleton paper_skeleton(const Skeleton& skeleton) {
  Skeleton paper;
  paper.nodes = skeleton.nodes;
  paper.vocabulary = skeleton.vocabulary;
  paper.fixed_label.assign(static_cast<std::size_t>(skeleton.nodes), -1);
  std::vector<int> labels(skeleton.vocabulary.size());
  std::iota(labels.begin(), labels.end(), 0);
  for (int i = 0; i < skeleton.nodes; ++i) {
    paper.variables.push_back({.node = i, .values = skeleton.vocabulary, .labels = labels});
  }
  for (int i = 0; i < skeleton.nodes; ++i) {
    for (int j = i + 1; j < skeleton.nodes; ++j) {
      paper.variables.push_back(
          {.kind = VariableKind::kEdge, .node = j, .source = i, .values = {"absent", "present"}});
    }
  }
  return paper;
}

Architecture paper_graph(const Skeleton& skeleton, std::span<const std::uint8_t> architecture) {
  const auto nodes = static_cast<std::size_t>(skeleton.nodes);
  Architecture graph(nodes + pair_count(nodes), 0);
  for (std::size_t i = 0; i < nodes; ++i) {
    if (skeleton.fixed_label[i] >= 0) graph[i] = static_cast<std::uint8_t>(skeleton.fixed_label[i]);
  }
  for (std::size_t v = 0; v < skeleton.variables.size(); ++v) {
    const Variable& variable = skeleton.variables[v];
    graph[static_cast<std::size_t>(variable.node)] =
        static_cast<std::uint8_t>(variable.labels[architecture[v]]);
  }
  for (const auto& [from, to] : skeleton.fixed_edges) {
    graph[nodes + pair_index(static_cast<std::size_t>(from), static_cast<std::size_t>(to), nodes)] =
        1;
  }
  return graph;
}

std::optional<Architecture> decode_paper_graph(const Skeleton& skeleton,
                                               std::span<const std::uint8_t> graph) {
  Architecture architecture;
  for (const Variable& variable : skeleton.variables) {
    const int label = graph[static_cast<std::size_t>(variable.node)];
    const auto found = std::find(variable.labels.begin(), variable.labels.end(), label);
    if (found == variable.labels.end()) return std::nullopt;
    architecture.push_back(static_cast<std::uint8_t>(found - variable.labels.begin()));
  }
  return architecture;
}

std::vector<std::vector<double>> paper_marginals(
    const Skeleton& skeleton, const std::vector<std::vector<double>>& marginals) {
  const auto nodes = static_cast<std::size_t>(skeleton.nodes);
  const double edges =
      static_cast<double>(skeleton.fixed_edges.size()) / static_cast<double>(pair_count(nodes));
  std::vector<std::vector<double>> result(nodes, node_marginal(skeleton, marginals));
  result.resize(nodes + pair_count(nodes), {1.0 - edges, edges});
  return result;
}

Architecture noised_graph(std::span<const std::uint8_t> clean,
                          const std::vector<std::vector<double>>& marginals, double abar,
                          RandomStream& stream) {
  Architecture graph;
  for (std::size_t v = 0; v < clean.size(); ++v) {
    const std::vector<double> law = noised(clean[v], abar, marginals[v]);
    graph.push_back(static_cast<std::uint8_t>(categorical(law, stream.uniform())));
  }
  return graph;
}

}  // namespace dinas
