#include "graph/dag.h"

#include <algorithm>

namespace dinas {
namespace {

// Edges ordered so that one sweep visits every edge after all edges into its source.
std::vector<std::pair<int, int>> by_source(const Dag& dag) {
  auto edges = dag.edges;
  std::sort(edges.begin(), edges.end());
  return edges;
}

}  // namespace

std::vector<bool> reachable_from(const Dag& dag, int start) {
  std::vector<bool> reached(static_cast<std::size_t>(dag.nodes), false);
  reached[static_cast<std::size_t>(start)] = true;
  for (const auto& [from, to] : by_source(dag)) {
    if (reached[static_cast<std::size_t>(from)]) reached[static_cast<std::size_t>(to)] = true;
  }
  return reached;
}

std::vector<bool> reaching(const Dag& dag, int end) {
  std::vector<bool> reached(static_cast<std::size_t>(dag.nodes), false);
  reached[static_cast<std::size_t>(end)] = true;
  const auto edges = by_source(dag);
  for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) {
    if (reached[static_cast<std::size_t>(edge->second)]) {
      reached[static_cast<std::size_t>(edge->first)] = true;
    }
  }
  return reached;
}

std::vector<bool> on_path(const Dag& dag, int start, int end) {
  auto forward = reachable_from(dag, start);
  const auto backward = reaching(dag, end);
  for (std::size_t i = 0; i < forward.size(); ++i) forward[i] = forward[i] && backward[i];
  return forward;
}

std::uint64_t count_paths(const Dag& dag, int start, int end) {
  std::vector<std::uint64_t> paths(static_cast<std::size_t>(dag.nodes), 0);
  paths[static_cast<std::size_t>(start)] = 1;
  for (const auto& [from, to] : by_source(dag)) {
    paths[static_cast<std::size_t>(to)] += paths[static_cast<std::size_t>(from)];
  }
  return paths[static_cast<std::size_t>(end)];
}

}  // namespace dinas
