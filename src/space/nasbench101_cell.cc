#include "space/nasbench101_cell.h"

#include <bit>
#include <vector>

#include "graph/dag.h"

namespace dinas {
namespace {

// The cell of the given nodes of another one, ascending, with the edges between them.
NasBench101Cell induced(const NasBench101Cell& cell, std::span<const int> kept) {
  NasBench101Cell result;
  result.nodes = static_cast<int>(kept.size());
  for (std::size_t to = 0; to < kept.size(); ++to) {
    result.label[to] = cell.label[static_cast<std::size_t>(kept[to])];
    for (std::size_t from = 0; from < to; ++from) {
      if (cell.joined(kept[from], kept[to])) result.inputs[to] |= 1U << from;
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
  NasBench101Cell whole;
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

std::optional<NasBench101Cell> nasbench101_pruned(const NasBench101Cell& cell) {
  Dag dag{cell.nodes, {}};
  for (int to = 1; to < cell.nodes; ++to) {
    for (int from = 0; from < to; ++from) {
      if (cell.joined(from, to)) dag.edges.emplace_back(from, to);
    }
  }
  const std::vector<bool> live = on_path(dag, 0, cell.output());
  if (!live[0]) return std::nullopt;
  std::vector<int> kept;
  for (int node = 0; node < cell.nodes; ++node) {
    if (live[static_cast<std::size_t>(node)]) kept.push_back(node);
  }
  return induced(cell, kept);
}

}  // namespace dinas
