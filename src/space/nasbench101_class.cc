#include "space/nasbench101_class.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace dinas {
namespace {

constexpr int kInputBits = 6;  // an input of a node is one of nodes 0..5
constexpr int kLabelBits = 2;

// Puts the nodes in topological orders, always going on with those of smallest inputs in the new
// numbering: the wiring comes first in the code, so no other order can give the smallest one.
class Canonical {
 public:
  explicit Canonical(const NasBench101Cell& cell) : cell_(cell) {
    place(1, 1U, static_cast<std::uint64_t>(cell.nodes), 0);
  }
  [[nodiscard]] std::uint64_t code() const { return best_; }

 private:
  // Inputs of a node in the new numbering.
  [[nodiscard]] std::uint64_t renamed(int node) const {
    std::uint64_t result = 0;
    for (std::uint32_t left = cell_.inputs[static_cast<std::size_t>(node)]; left != 0;
         left &= left - 1) {
      result |= std::uint64_t{1} << position_[static_cast<std::size_t>(std::countr_zero(left))];
    }
    return result;
  }

  // `placed`: nodes that have got one of the positions below `position`.
  void place(int position, std::uint32_t placed, std::uint64_t wiring, std::uint64_t labels) {
    if (position == cell_.output()) {
      wiring = wiring << kInputBits | renamed(cell_.output());
      best_ = std::min(best_, wiring << (kLabelBits * (cell_.nodes - 2)) | labels);
      return;
    }
    std::array<std::uint64_t, kNasBench101Nodes> inputs{};
    std::uint64_t smallest = std::numeric_limits<std::uint64_t>::max();
    for (int node = 1; node < cell_.output(); ++node) {
      const auto i = static_cast<std::size_t>(node);
      const bool open = (placed >> node & 1U) == 0 && (cell_.inputs[i] & ~placed) == 0;
      inputs[i] = open ? renamed(node) : std::numeric_limits<std::uint64_t>::max();
      smallest = std::min(smallest, inputs[i]);
    }
    for (int node = 1; node < cell_.output(); ++node) {
      const auto i = static_cast<std::size_t>(node);
      if (inputs[i] != smallest) continue;
      position_[i] = position;
      place(position + 1, placed | 1U << node, wiring << kInputBits | smallest,
            labels << kLabelBits | cell_.label[i]);
    }
  }

  const NasBench101Cell& cell_;
  std::array<int, kNasBench101Nodes> position_{};
  std::uint64_t best_ = std::numeric_limits<std::uint64_t>::max();
};

// The cell with the edges in a bit set: pairs row by row, the first in the lowest bit.
NasBench101Cell wired(int nodes, std::uint32_t edges) {
  NasBench101Cell cell;
  cell.nodes = nodes;
  for (int from = 0; from < nodes; ++from) {
    for (int to = from + 1; to < nodes; ++to, edges >>= 1) {
      cell.inputs[static_cast<std::size_t>(to)] |= (edges & 1U) << from;
    }
  }
  return cell;
}

// Is every node on a path from the input to the output?
bool is_full(const NasBench101Cell& cell) {
  std::uint32_t sources = 0;
  for (int node = 1; node < cell.nodes; ++node) {
    const std::uint32_t inputs = cell.inputs[static_cast<std::size_t>(node)];
    if (inputs == 0) return false;
    sources |= inputs;
  }
  return sources == (1U << cell.output()) - 1;
}

// Appends the labelled cells of a canonical wiring whose code is canonical.
void append_labelled(NasBench101Cell cell, std::vector<NasBench101Cell>& result) {
  const auto inner = static_cast<std::size_t>(cell.nodes - 2);
  while (true) {
    if (nasbench101_code(cell) == nasbench101_canonical(cell)) result.push_back(cell);
    std::size_t digit = inner;
    while (digit > 0 && ++cell.label[digit] == kNasBench101Operations.size()) {
      cell.label[digit--] = 0;
    }
    if (digit == 0) return;
  }
}

}  // namespace

std::uint64_t nasbench101_code(const NasBench101Cell& cell) {
  auto wiring = static_cast<std::uint64_t>(cell.nodes);
  std::uint64_t labels = 0;
  for (std::size_t node = 1; node < static_cast<std::size_t>(cell.nodes); ++node) {
    wiring = wiring << kInputBits | cell.inputs[node];
    if (node + 1 < static_cast<std::size_t>(cell.nodes)) {
      labels = labels << kLabelBits | cell.label[node];
    }
  }
  return wiring << (kLabelBits * (cell.nodes - 2)) | labels;
}

std::uint64_t nasbench101_canonical(const NasBench101Cell& cell) { return Canonical(cell).code(); }

std::vector<NasBench101Cell> nasbench101_classes() {
  std::vector<NasBench101Cell> result;
  for (int nodes = 2; nodes <= kNasBench101Nodes; ++nodes) {
    for (std::uint32_t edges = 0; edges < 1U << (nodes * (nodes - 1) / 2); ++edges) {
      if (std::popcount(edges) > kNasBench101Edges) continue;
      const NasBench101Cell cell = wired(nodes, edges);
      if (is_full(cell) && nasbench101_code(cell) == nasbench101_canonical(cell)) {
        append_labelled(cell, result);
      }
    }
  }
  return result;
}

}  // namespace dinas
