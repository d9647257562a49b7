// Search spaces of any size with one kind of variable, to see how cost grows.
#pragma once

#include <algorithm>
#include <string>

#include "space/space.h"

namespace dinas {

/// A chain input -> n nodes with one of five labels each -> output: n label variables.
inline Skeleton label_chain(int n) {
  Skeleton s;
  s.nodes = n + 2;
  s.vocabulary = {"input", "output", "a", "b", "c", "d", "e"};
  s.fixed_label.assign(static_cast<std::size_t>(s.nodes), -1);
  s.fixed_label.front() = 0;
  s.fixed_label.back() = 1;
  for (int node = 1; node < s.nodes; ++node) s.fixed_edges.emplace_back(node - 1, node);
  for (int node = 1; node <= n; ++node) {
    s.variables.push_back(
        {.node = node, .values = {"a", "b", "c", "d", "e"}, .labels = {2, 3, 4, 5, 6}});
  }
  return s;
}

/// Constant nodes, every pair of them joined or not: nodes (nodes - 1) / 2 edge variables.
inline Skeleton complete_dag(int nodes) {
  Skeleton s;
  s.nodes = nodes;
  s.vocabulary = {"node"};
  s.fixed_label.assign(static_cast<std::size_t>(nodes), 0);
  s.channels = {{"edge", 2}};
  for (int to = 1; to < nodes; ++to) {
    for (int from = 0; from < to; ++from) {
      s.variables.push_back({.kind = VariableKind::kEdge,
                             .node = to,
                             .source = from,
                             .values = {"absent", "present"}});
    }
  }
  return s;
}

/// Two inputs and n nodes, each of which reads one of at most `window` nodes before it: n inputs
/// variables. n + 1 <= 254.
inline Skeleton input_chain(int n, int window) {
  Skeleton s;
  s.nodes = n + 2;
  s.vocabulary = {"input", "node"};
  s.fixed_label.assign(static_cast<std::size_t>(s.nodes), 1);
  s.fixed_label[0] = s.fixed_label[1] = 0;
  s.channels = {{"input", 2}};
  for (int node = 2; node < s.nodes; ++node) {
    Variable v{.kind = VariableKind::kInputs, .node = node};
    for (int from = std::max(0, node - window); from < node; ++from) {
      v.values.push_back(std::to_string(from));
      v.sets.push_back({from});
    }
    s.variables.push_back(v);
  }
  return s;
}

}  // namespace dinas
