#include "torch/paper_graph.h"

#include <algorithm>

#include "diffusion/transition.h"

namespace dinas {
namespace {

std::size_t pair_count(std::size_t nodes) { return nodes * (nodes - 1) / 2; }

// Position of the pair (i, j), i < j, in PaperGraph::pairs.
std::size_t pair_index(std::size_t i, std::size_t j, std::size_t nodes) {
  return pair_count(nodes) - pair_count(nodes - i) + (j - i - 1);
}

std::uint8_t draw(std::span<const double> law, RandomStream& stream) {
  return static_cast<std::uint8_t>(categorical(law, stream.uniform()));
}

}  // namespace

PaperGraph paper_graph(const Skeleton& skeleton, std::span<const std::uint8_t> architecture) {
  const auto nodes = static_cast<std::size_t>(skeleton.nodes);
  PaperGraph graph{std::vector<std::uint8_t>(nodes), std::vector<std::uint8_t>(pair_count(nodes))};
  for (std::size_t i = 0; i < nodes; ++i) {
    if (skeleton.fixed_label[i] >= 0) {
      graph.nodes[i] = static_cast<std::uint8_t>(skeleton.fixed_label[i]);
    }
  }
  for (std::size_t v = 0; v < skeleton.variables.size(); ++v) {
    const Variable& variable = skeleton.variables[v];
    graph.nodes[static_cast<std::size_t>(variable.node)] =
        static_cast<std::uint8_t>(variable.labels[architecture[v]]);
  }
  for (const auto& [from, to] : skeleton.fixed_edges) {
    graph.pairs[pair_index(static_cast<std::size_t>(from), static_cast<std::size_t>(to), nodes)] =
        1;
  }
  return graph;
}

std::optional<Architecture> decode_paper_graph(const Skeleton& skeleton, const PaperGraph& graph) {
  Architecture architecture;
  for (const Variable& variable : skeleton.variables) {
    const int label = graph.nodes[static_cast<std::size_t>(variable.node)];
    const auto found = std::find(variable.labels.begin(), variable.labels.end(), label);
    if (found == variable.labels.end()) return std::nullopt;
    architecture.push_back(static_cast<std::uint8_t>(found - variable.labels.begin()));
  }
  return architecture;
}

PaperMarginals paper_marginals(const Skeleton& skeleton,
                               const std::vector<std::vector<double>>& variables) {
  const double node_share = 1.0 / skeleton.nodes;
  PaperMarginals m{std::vector<double>(skeleton.vocabulary.size(), 0.0), {}};
  for (const int label : skeleton.fixed_label) {
    if (label >= 0) m.nodes[static_cast<std::size_t>(label)] += node_share;
  }
  for (std::size_t v = 0; v < skeleton.variables.size(); ++v) {
    const Variable& variable = skeleton.variables[v];
    for (std::size_t k = 0; k < variable.labels.size(); ++k) {
      m.nodes[static_cast<std::size_t>(variable.labels[k])] += node_share * variables[v][k];
    }
  }
  const double edges = static_cast<double>(skeleton.fixed_edges.size()) /
                       static_cast<double>(pair_count(static_cast<std::size_t>(skeleton.nodes)));
  m.pairs = {1.0 - edges, edges};
  return m;
}

PaperGraph noised_graph(const PaperGraph& clean, const PaperMarginals& marginals, double abar,
                        RandomStream& stream) {
  PaperGraph graph = clean;
  for (auto& node : graph.nodes) node = draw(noised(node, abar, marginals.nodes), stream);
  for (auto& pair : graph.pairs) pair = draw(noised(pair, abar, marginals.pairs), stream);
  return graph;
}

PaperGraph pure_noise(int nodes, const PaperMarginals& marginals, RandomStream& stream) {
  const auto n = static_cast<std::size_t>(nodes);
  PaperGraph graph{std::vector<std::uint8_t>(n), std::vector<std::uint8_t>(pair_count(n))};
  for (auto& node : graph.nodes) node = draw(marginals.nodes, stream);
  for (auto& pair : graph.pairs) pair = draw(marginals.pairs, stream);
  return graph;
}

}  // namespace dinas
