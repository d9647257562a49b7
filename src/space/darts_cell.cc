#include "space/darts_cell.h"

#include <algorithm>
#include <utility>

namespace dinas {
namespace {

// Index of the pair (a, b), a < b, in darts_input_pairs(nodes).
int pair_index(int nodes, int a, int b) { return a * (2 * nodes - a - 1) / 2 + b - a - 1; }

DartsCell decode_cell(std::span<const std::uint8_t> values) {
  DartsCell cell;
  std::size_t next = 0;
  for (std::size_t k = 0; k < cell.size(); ++k) {
    // Node 2 has no choice of inputs and so no variable.
    cell[k].inputs = k == 0 ? std::array<std::uint8_t, 2>{0, 1}
                            : darts_input_pairs(static_cast<int>(k) + 2).at(values[next++]);
    for (DartsOp& op : cell[k].ops) op = static_cast<DartsOp>(values[next++]);
  }
  return cell;
}

void encode_cell(const DartsCell& cell, Architecture& out) {
  for (std::size_t k = 0; k < cell.size(); ++k) {
    const auto [a, b] = cell[k].inputs;
    if (k > 0) {
      out.push_back(static_cast<std::uint8_t>(pair_index(static_cast<int>(k) + 2, a, b)));
    }
    for (const DartsOp op : cell[k].ops) out.push_back(static_cast<std::uint8_t>(op));
  }
}

// The cell with old intermediate node order[k] as its k-th, as one character per field; empty
// where a node would come before one of its inputs.
std::string renamed(const DartsCell& cell, const std::array<std::uint8_t, 4>& order) {
  std::array<std::uint8_t, 6> name = {0, 1};
  for (std::uint8_t k = 0; k < 4; ++k) name[order[k] + 2U] = static_cast<std::uint8_t>(k + 2);
  std::string text;
  for (std::uint8_t k = 0; k < 4; ++k) {
    const DartsNode& node = cell[order[k]];
    std::array<std::pair<std::uint8_t, DartsOp>, 2> terms = {
        {{name[node.inputs[0]], node.ops[0]}, {name[node.inputs[1]], node.ops[1]}}};
    if (terms[0] > terms[1]) std::swap(terms[0], terms[1]);
    if (terms[1].first >= k + 2) return {};
    for (const auto& [input, op] : terms) {
      text += static_cast<char>('0' + input);
      text += static_cast<char>('a' + static_cast<int>(op));
    }
  }
  return text;
}

}  // namespace

std::vector<std::array<std::uint8_t, 2>> darts_input_pairs(int nodes) {
  std::vector<std::array<std::uint8_t, 2>> pairs;
  for (int a = 0; a < nodes; ++a) {
    for (int b = a + 1; b < nodes; ++b) {
      pairs.push_back({static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b)});
    }
  }
  return pairs;
}

DartsGenotype darts_decode(std::span<const std::uint8_t> architecture) {
  const std::size_t half = architecture.size() / 2;
  return {decode_cell(architecture.first(half)), decode_cell(architecture.subspan(half))};
}

Architecture darts_encode(const DartsGenotype& genotype) {
  Architecture result;
  encode_cell(genotype.normal, result);
  encode_cell(genotype.reduce, result);
  return result;
}

std::string darts_canonical_form(const DartsCell& cell) {
  std::array<std::uint8_t, 4> order = {0, 1, 2, 3};
  std::string smallest = renamed(cell, order);
  while (std::next_permutation(order.begin(), order.end())) {
    std::string text = renamed(cell, order);
    if (!text.empty() && text < smallest) smallest = std::move(text);
  }
  return smallest;
}

std::array<bool, 6> darts_live_nodes(const DartsCell& cell, bool first_input, bool second_input) {
  std::array<bool, 6> live = {first_input, second_input};
  for (std::size_t k = 0; k < cell.size(); ++k) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (cell[k].ops[i] != DartsOp::kNone && live[cell[k].inputs[i]]) live[k + 2] = true;
    }
  }
  return live;
}

}  // namespace dinas
