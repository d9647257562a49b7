// A NAS-Bench-101 cell as a small labelled DAG, and how it is laid out in the variables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "space/space.h"

namespace dinas {

constexpr int kNasBench101Nodes = 7;  // with input and output
constexpr int kNasBench101Inner = kNasBench101Nodes - 2;
constexpr int kNasBench101Edges = 9;  // most edges of a cell

/// Operations in the order of the codes of a label variable; the code behind them is "absent".
constexpr std::array<std::string_view, 3> kNasBench101Operations = {
    "conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"};
enum NasBench101Code : std::uint8_t { kCodeConv3x3, kCodeConv1x1, kCodeMaxPool, kCodeAbsent };

/// Nodes in topological order, the input first and the output last.
struct NasBench101Cell {
  int nodes = 2;                                          // 2..7
  std::array<std::uint8_t, kNasBench101Nodes> label{};    // of inner nodes: NasBench101Code, a
                                                          // present one; 0 elsewhere
  std::array<std::uint32_t, kNasBench101Nodes> inputs{};  // bit i of inputs[j]: edge i -> j, i < j

  [[nodiscard]] int output() const { return nodes - 1; }
  [[nodiscard]] int edges() const;
  [[nodiscard]] bool joined(int from, int to) const {
    return (inputs[static_cast<std::size_t>(to)] >> from & 1U) != 0;
  }
  bool operator==(const NasBench101Cell&) const = default;
};

/// Variable of the edge `from` -> `to`, 0 <= from < to <= inner + 1, behind the `inner` label
/// variables: pairs row by row, 01, 02, ..., 12, ...
constexpr std::size_t nasbench101_edge(int inner, int from, int to) {
  return static_cast<std::size_t>(inner + from * (2 * inner + 3 - from) / 2 + to - from - 1);
}

/// The cell of a valid architecture: nodes that are not absent, renumbered without gaps.
NasBench101Cell nasbench101_cell(std::span<const std::uint8_t> architecture);

/// Inverse of nasbench101_cell: inner nodes are 1, 2, ..., the rest is absent.
Architecture nasbench101_architecture(const NasBench101Cell& cell);

/// A cell as others spell it, with nodes that need not be on any path. As NasBench101Cell.
struct NasBench101Spelling {
  static constexpr int kMostNodes = 32;

  int nodes = 2;  // 2..kMostNodes
  std::array<std::uint8_t, kMostNodes> label{};
  std::array<std::uint32_t, kMostNodes> inputs{};
};

/// The cell without the nodes that are on no path from the input to the output, in the same order
/// (ModelSpec of the benchmark does the same, before it counts nodes and edges); nullopt and the
/// reason in `why` where there is no path, or more than 7 nodes or 9 edges are left.
std::optional<NasBench101Cell> nasbench101_pruned(const NasBench101Spelling& spelling,
                                                  std::string& why);

}  // namespace dinas
