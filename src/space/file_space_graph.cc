#include "space/file_space_graph.h"

#include <algorithm>
#include <utility>

namespace dinas {
namespace {

void add_variable_edges(const SpaceDescription& space, const Variable& variable, std::uint8_t value,
                        FileGraph& graph) {
  if (variable.kind == VariableKind::kEdge && value > 0) {
    const auto kind = std::ranges::find(space.edge_kinds, variable.values[value]);
    graph.edges.push_back(
        {variable.source, variable.node, static_cast<int>(kind - space.edge_kinds.begin()), true});
  }
  if (variable.kind == VariableKind::kInputs) {
    for (const int source : variable.sets[value]) {
      graph.edges.push_back({source, variable.node, 0, true});
    }
  }
}

}  // namespace

FileGraph make_graph(const SpaceDescription& space, std::span<const std::uint8_t> architecture) {
  const Skeleton& skeleton = space.skeleton;
  FileGraph graph{skeleton.nodes, space.output, skeleton.fixed_label, {}};
  for (const auto& [from, to] : skeleton.fixed_edges) graph.edges.push_back({from, to, 0, false});
  for (std::size_t i = 0; i < skeleton.variables.size(); ++i) {
    const Variable& v = skeleton.variables[i];
    if (v.kind == VariableKind::kLabel) graph.labels[at(v.node)] = v.labels[architecture[i]];
    add_variable_edges(space, v, architecture[i], graph);
  }
  if (space.output == skeleton.nodes) {
    std::vector<bool> has_successor(at(skeleton.nodes), false);
    for (const FileEdge& edge : graph.edges) has_successor[at(edge.from)] = true;
    for (int node = 0; node < skeleton.nodes; ++node) {
      if (!has_successor[at(node)]) graph.edges.push_back({node, graph.output, 0, false});
    }
    graph.labels.push_back(-1);
    ++graph.nodes;
  }
  std::ranges::sort(graph.edges, {}, [](const FileEdge& e) { return std::pair(e.from, e.to); });
  return graph;
}

LabelRole node_role(const SpaceDescription& space, const FileGraph& graph, int node) {
  const int label = graph.labels[at(node)];
  return label < 0 ? LabelRole::kOrdinary : space.roles[at(label)];
}

std::vector<bool> live_nodes(const SpaceDescription& space, const FileGraph& graph) {
  std::vector<bool> forward(at(graph.nodes), false);
  std::vector<bool> backward(at(graph.nodes), false);
  const auto open = [&](int node) { return node_role(space, graph, node) != LabelRole::kZero; };
  for (std::size_t i = 0; i < space.is_input.size(); ++i) {
    forward[i] = space.is_input[i] && open(static_cast<int>(i));
  }
  // Edges ascend by source, and sources come before what they feed: one sweep each way is enough.
  for (const FileEdge& e : graph.edges) {
    if (forward[at(e.from)] && open(e.to)) forward[at(e.to)] = true;
  }
  backward[at(graph.output)] = open(graph.output);
  for (auto e = graph.edges.rbegin(); e != graph.edges.rend(); ++e) {
    if (backward[at(e->to)] && open(e->from)) backward[at(e->from)] = true;
  }
  for (std::size_t i = 0; i < forward.size(); ++i) forward[i] = forward[i] && backward[i];
  return forward;
}

bool reaches_output(const SpaceDescription& space, const FileGraph& graph) {
  const auto live = live_nodes(space, graph);
  if (!live[at(graph.output)] || space.direct_output) return live[at(graph.output)];
  for (int node = 0; node < graph.nodes; ++node) {
    const bool input = at(node) < space.is_input.size() && space.is_input[at(node)];
    if (live[at(node)] && !input && node != graph.output &&
        node_role(space, graph, node) == LabelRole::kOrdinary) {
      return true;
    }
  }
  return false;
}

}  // namespace dinas
