#include "baseline/features.h"

#include <algorithm>
#include <string>

#include "base/hash.h"

namespace dinas {
namespace {

void count(std::uint8_t& code) {
  if (code < 255) ++code;
}

// Edges on the longest path; nodes are in topological order.
std::uint8_t longest_path(const Space::NamedGraph& graph) {
  auto edges = graph.edges;
  std::ranges::sort(edges);
  std::vector<int> depth(graph.labels.size(), 0);
  for (const auto& [from, to] : edges) {
    int& own = depth[static_cast<std::size_t>(to)];
    own = std::max(own, depth[static_cast<std::size_t>(from)] + 1);
  }
  return static_cast<std::uint8_t>(std::min(255, std::ranges::max(depth)));
}

}  // namespace

SearchFeatures::SearchFeatures(const Space& space)
    : space_(space), variables_(space.skeleton().variables.size()) {}

std::vector<std::uint8_t> SearchFeatures::codes(const Architecture& architecture) const {
  std::vector<std::uint8_t> codes(architecture);
  const Architecture effective = space_.effective(architecture);
  codes.insert(codes.end(), effective.begin(), effective.end());
  const std::size_t summary = codes.size();
  codes.resize(size(), 0);
  const Space::NamedGraph graph = space_.graph(effective);
  for (const std::string& label : graph.labels) {
    count(codes[summary + hash_bytes(label) % kLabels]);
  }
  codes[summary + kLabels] =
      static_cast<std::uint8_t>(std::min<std::size_t>(255, graph.edges.size()));
  codes[summary + kLabels + 1] = longest_path(graph);
  return codes;
}

}  // namespace dinas
