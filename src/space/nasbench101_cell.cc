#include "space/nasbench101_cell.h"

#include <fmt/format.h>

#include <bit>
#include <vector>

#include "graph/dag.h"

namespace dinas {
namespace {

bool joined(const NasBench101Spelling& spelling, int from, int to) {
  return (spelling.inputs[static_cast<std::size_t>(to)] >> from & 1U) != 0;
}

// The cell of at most seven of the nodes, ascending, with the edges between them.
NasBench101Cell induced(const NasBench101Spelling& spelling, std::span<const int> kept) {
  NasBench101Cell result;
  result.nodes = static_cast<int>(kept.size());
  for (std::size_t to = 0; to < kept.size(); ++to) {
    result.label[to] = spelling.label[static_cast<std::size_t>(kept[to])];
    for (std::size_t from = 0; from < to; ++from) {
      if (joined(spelling, kept[from], kept[to])) result.inputs[to] |= 1U << from;
    }
  }
  return result;
}

}  // namespace

int NasBench101Cell::edges() const {
  int count = 0;
  for (const std::uint32_t mask : inputs) count += std::popcount(mask);
  return count;
}

NasBench101Cell nasbench101_cell(std::span<const std::uint8_t> architecture) {
  NasBench101Spelling whole;
  whole.nodes = kNasBench101Nodes;
  std::array<int, kNasBench101Nodes> kept{};
  std::size_t count = 1;
  for (int to = 1; to < kNasBench101Nodes; ++to) {
    const auto node = static_cast<std::size_t>(to);
    for (int from = 0; from < to; ++from) {
      if (architecture[nasbench101_edge(kNasBench101Inner, from, to)] == 1) {
        whole.inputs[node] |= 1U << from;
      }
    }
    const bool inner = to <= kNasBench101Inner;
    if (inner && architecture[node - 1] == kCodeAbsent) continue;
    if (inner) whole.label[node] = architecture[node - 1];
    kept[count++] = to;
  }
  return induced(whole, std::span(kept).first(count));
}

Architecture nasbench101_architecture(const NasBench101Cell& cell) {
  Architecture result(
      nasbench101_edge(kNasBench101Inner, kNasBench101Inner, kNasBench101Nodes - 1) + 1);
  const int inner = cell.nodes - 2;
  for (int node = 1; node <= kNasBench101Inner; ++node) {
    const auto i = static_cast<std::size_t>(node);
    result[i - 1] = node <= inner ? cell.label[i] : std::uint8_t{kCodeAbsent};
  }
  for (int to = 1; to < cell.nodes; ++to) {
    const int place = to == cell.output() ? kNasBench101Nodes - 1 : to;
    for (int from = 0; from < to; ++from) {
      result[nasbench101_edge(kNasBench101Inner, from, place)] = cell.joined(from, to) ? 1 : 0;
    }
  }
  return result;
}

std::optional<NasBench101Cell> nasbench101_pruned(const NasBench101Spelling& spelling,
                                                  std::string& why) {
  Dag dag{spelling.nodes, {}};
  for (int to = 1; to < spelling.nodes; ++to) {
    for (int from = 0; from < to; ++from) {
      if (joined(spelling, from, to)) dag.edges.emplace_back(from, to);
    }
  }
  const std::vector<bool> live = on_path(dag, 0, spelling.nodes - 1);
  if (!live[0]) {
    why = "no path from the input to the output";
    return std::nullopt;
  }
  std::vector<int> kept;
  for (int node = 0; node < spelling.nodes; ++node) {
    if (live[static_cast<std::size_t>(node)]) kept.push_back(node);
  }
  if (kept.size() > kNasBench101Nodes) {
    why = fmt::format("{} nodes on input-output paths: expected at most {}", kept.size(),
                      kNasBench101Nodes);
    return std::nullopt;
  }
  const NasBench101Cell cell = induced(spelling, kept);
  if (cell.edges() > kNasBench101Edges) {
    why = fmt::format("{} edges between the nodes on input-output paths: expected at most {}",
                      cell.edges(), kNasBench101Edges);
    return std::nullopt;
  }
  return cell;
}

}  // namespace dinas
