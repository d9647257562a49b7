// A hash of small labelled multigraphs that does not depend on the order of their nodes: colour
// refinement, and where colours repeat the least hash over every way to tell them apart.
#include <algorithm>
#include <set>

#include "base/hash.h"
#include "space/file_space_classes.h"

namespace dinas {
namespace {

using Colour = std::uint64_t;
using Matrix = std::vector<std::vector<std::uint64_t>>;  // [from][to], 0 without edge

struct ColouredGraph {
  std::vector<Colour> colours;
  Matrix edges;
};

std::size_t distinct(const std::vector<Colour>& colours) {
  return std::set<Colour>(colours.begin(), colours.end()).size();
}

// Splits colours by those of the neighbours until nothing splits any more.
void refine(const Matrix& edges, std::vector<Colour>& colours) {
  for (std::size_t before = 0; before < distinct(colours);) {
    before = distinct(colours);
    std::vector<Colour> next;
    for (std::size_t v = 0; v < colours.size(); ++v) {
      std::vector<std::uint64_t> around;
      for (std::size_t u = 0; u < colours.size(); ++u) {
        if (edges[u][v] != 0) around.push_back(hash_numbers({0, colours[u], edges[u][v]}));
        if (edges[v][u] != 0) around.push_back(hash_numbers({1, colours[u], edges[v][u]}));
      }
      std::ranges::sort(around);
      around.push_back(colours[v]);
      next.push_back(hash_numbers(around));
    }
    colours = std::move(next);
  }
}

// Is exchanging two nodes of the same colour a symmetry? Then telling either apart does the same.
bool are_twins(const Matrix& edges, std::size_t a, std::size_t b) {
  if (edges[a][b] != edges[b][a]) return false;
  for (std::size_t u = 0; u < edges.size(); ++u) {
    if (u == a || u == b) continue;
    if (edges[a][u] != edges[b][u] || edges[u][a] != edges[u][b]) return false;
  }
  return true;
}

// The graph written down in the order of its colours, which are all different.
std::uint64_t hash_in_order(const ColouredGraph& graph, const std::vector<Colour>& order) {
  std::vector<std::size_t> nodes(order.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i] = i;
  std::ranges::sort(nodes, {}, [&](std::size_t i) { return order[i]; });
  std::vector<std::uint64_t> text{nodes.size()};
  for (const std::size_t v : nodes) {
    text.push_back(graph.colours[v]);
    for (const std::size_t u : nodes) text.push_back(graph.edges[v][u]);
  }
  return hash_numbers(text);
}

std::uint64_t least_hash(const ColouredGraph& graph, std::vector<Colour> colours) {
  refine(graph.edges, colours);
  std::vector<Colour> sorted = colours;
  std::ranges::sort(sorted);
  const auto repeated = std::ranges::adjacent_find(sorted);
  if (repeated == sorted.end()) return hash_in_order(graph, colours);
  std::uint64_t least = ~std::uint64_t{0};
  std::vector<std::size_t> tried;
  for (std::size_t v = 0; v < colours.size(); ++v) {
    if (colours[v] != *repeated) continue;
    const auto twin = [&](std::size_t u) { return are_twins(graph.edges, u, v); };
    if (std::ranges::any_of(tried, twin)) continue;
    tried.push_back(v);
    std::vector<Colour> apart = colours;
    apart[v] = hash_numbers({2, colours[v]});
    least = std::min(least, least_hash(graph, std::move(apart)));
  }
  return least;
}

// Every edge into a neutral node becomes edges from its source to all that the node feeds. Nodes
// with edges of a kind of their own stay, as nothing says what two kinds in a row are.
void contract(const SpaceDescription& space, const FileGraph& graph, Matrix& edges,
              std::vector<bool>& kept) {
  std::vector<bool> plain(edges.size(), true);
  for (const FileEdge& e : graph.edges) {
    if (e.kind != 0) plain[at(e.from)] = plain[at(e.to)] = false;
  }
  for (std::size_t node = 0; node < edges.size(); ++node) {
    const int i = static_cast<int>(node);
    const bool input = node < space.is_input.size() && space.is_input[node];
    if (input || i == graph.output || !plain[node] || !kept[node] ||
        node_role(space, graph, i) != LabelRole::kNeutral) {
      continue;
    }
    for (std::size_t from = 0; from < node; ++from) {
      for (std::size_t to = node + 1; to < edges.size(); ++to) {
        edges[from][to] += edges[from][node] * edges[node][to];
      }
    }
    kept[node] = false;
  }
}

// Nodes of `kept` on a path from an input to the output.
void keep_on_path(const SpaceDescription& space, const FileGraph& graph, const Matrix& edges,
                  std::vector<bool>& kept) {
  const std::size_t n = edges.size();
  std::vector<bool> forward(n, false);
  std::vector<bool> backward(n, false);
  for (std::size_t v = 0; v < n; ++v) {
    forward[v] = kept[v] && v < space.is_input.size() && space.is_input[v];
    for (std::size_t u = 0; u < v; ++u) {
      if (kept[v] && forward[u] && edges[u][v] != 0) forward[v] = true;
    }
  }
  for (std::size_t v = n; v-- > 0;) {
    backward[v] = kept[v] && static_cast<int>(v) == graph.output;
    for (std::size_t u = v + 1; u < n; ++u) {
      if (kept[v] && backward[u] && edges[v][u] != 0) backward[v] = true;
    }
  }
  for (std::size_t v = 0; v < n; ++v) kept[v] = forward[v] && backward[v];
}

// Colour to start from: inputs are told apart by their place, the output and labels by name.
Colour first_colour(const SpaceDescription& space, const FileGraph& graph, int node) {
  const int label = graph.labels[at(node)];
  const std::string name = label < 0 ? "" : space.skeleton.vocabulary[at(label)];
  const bool input = at(node) < space.is_input.size() && space.is_input[at(node)];
  const std::uint64_t place = input ? 1 + at(node) : 0;
  return hash_numbers({place, node == graph.output ? 1U : 0U, hash_bytes(name)});
}

}  // namespace

std::uint64_t isomorphism_hash(const SpaceDescription& space, const FileGraph& graph) {
  const auto n = at(graph.nodes);
  Matrix edges(n, std::vector<std::uint64_t>(n, 0));
  std::vector<bool> kept(n);
  for (std::size_t v = 0; v < n; ++v) {
    kept[v] = node_role(space, graph, static_cast<int>(v)) != LabelRole::kZero;
  }
  for (const FileEdge& e : graph.edges) {
    const auto& kind = space.edge_kinds[at(e.kind)];
    if (kept[at(e.from)] && kept[at(e.to)]) {
      edges[at(e.from)][at(e.to)] += e.kind == 0 ? 1 : hash_bytes(kind);
    }
  }
  contract(space, graph, edges, kept);
  for (std::size_t v = 0; v < space.is_input.size() && !space.direct_output; ++v) {
    if (space.is_input[v]) edges[v][at(graph.output)] = 0;
  }
  keep_on_path(space, graph, edges, kept);
  ColouredGraph rest;
  for (std::size_t v = 0; v < n; ++v) {
    if (!kept[v]) continue;
    rest.colours.push_back(first_colour(space, graph, static_cast<int>(v)));
    auto& row = rest.edges.emplace_back();
    for (std::size_t u = 0; u < n; ++u) {
      if (kept[u]) row.push_back(edges[v][u]);
    }
  }
  return least_hash(rest, rest.colours);
}

}  // namespace dinas
