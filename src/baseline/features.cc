#include "baseline/features.h"

#include <algorithm>
#include <array>
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

std::array<std::uint8_t, SearchFeatures::kNumbers> summary_of(const Space::NamedGraph& graph) {
  std::array<std::uint8_t, SearchFeatures::kNumbers> numbers{};
  for (const std::string& label : graph.labels) {
    count(numbers[hash_bytes(label) % SearchFeatures::kLabels]);
  }
  numbers[SearchFeatures::kLabels] =
      static_cast<std::uint8_t>(std::min<std::size_t>(255, graph.edges.size()));
  numbers[SearchFeatures::kLabels + 1] = longest_path(graph);
  return numbers;
}

}  // namespace

SearchFeatures::SearchFeatures(const Space& space, SummaryCodes summary)
    : space_(space), variables_(space.skeleton().variables.size()), summary_(summary) {}

std::vector<std::uint8_t> SearchFeatures::codes(const Architecture& architecture) const {
  std::vector<std::uint8_t> codes(architecture);
  codes.reserve(size());
  const Architecture effective = space_.effective(architecture);
  codes.insert(codes.end(), effective.begin(), effective.end());
  for (const std::uint8_t number : summary_of(space_.graph(effective))) {
    if (summary_ == SummaryCodes::kNumbers) {
      codes.push_back(number);
    } else {
      for (std::size_t step = 0; step < kSteps; ++step) codes.push_back(number > step ? 1 : 0);
    }
  }
  return codes;
}

}  // namespace dinas
