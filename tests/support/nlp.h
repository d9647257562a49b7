// NAS-Bench-NLP cells by definition: what a valid state is, written out with no code of the rules.
#pragma once

#include <algorithm>
#include <memory>
#include <set>
#include <span>
#include <vector>

#include "space/nasbench_nlp_cell.h"
#include "space/nasbench_nlp_rules.h"
#include "space/space.h"

namespace dinas::nlp {

/// [fewest, most] operands by code: linear, blend, prod, sum, tanh, sigm, leaky relu, absent.
inline constexpr int kFewest[] = {2, 3, 2, 2, 1, 1, 1, 0};
inline constexpr int kMost[] = {3, 3, 2, 2, 1, 1, 1, 0};

/// Operand values of the three positions in the order of the positions, 0 for none.
using Operands = std::array<std::uint8_t, 3>;

/// Do the operands of one place suit its label, whatever the rest of the cell is?
inline bool well_formed(int label, const Operands& operands) {
  int count = 0;
  while (count < 3 && operands[static_cast<std::size_t>(count)] != 0) ++count;
  for (std::size_t i = 0; i < 3; ++i) {
    if (static_cast<int>(i) >= count && operands[i] != 0) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (operands[i] != 0 && operands[i] == operands[j]) return false;
    }
  }
  return kFewest[label] <= count && count <= kMost[label];
}

/// Is a state without masks a cell? Source s is bit s: x, three previous states, operations.
inline bool is_cell(std::span<const std::uint8_t> state, int places) {
  int n = 0;
  unsigned read = 0;
  for (int place = 0; place < places; ++place) {
    const auto* v = state.data() + 4 * place;
    if (!well_formed(v[0], {v[1], v[2], v[3]})) return false;
    if (v[0] != 7 && n < place) return false;
    if (v[0] != 7) ++n;
    for (int i = 1; i <= 3; ++i) read |= v[i] == 0 ? 0U : 1U << (v[i] - 1);
  }
  const auto hidden = state.subspan(static_cast<std::size_t>(4 * places), 3);
  int k = 0;
  while (k < 3 && hidden[static_cast<std::size_t>(k)] != 0) ++k;
  unsigned kept = 0;
  for (int i = 0; i < 3; ++i) {
    const int value = hidden[static_cast<std::size_t>(i)];
    if (value == 0 && i < k) return false;
    if (value != 0 && (i >= k || value > n || (kept >> (value + 3) & 1U) != 0)) return false;
    if (value != 0) kept |= 1U << (value + 3);
  }
  const unsigned inputs = (2U << k) - 1;             // x and k previous states
  const unsigned operations = ((1U << n) - 1) << 4;  // none of them idle
  return k > 0 && (read & 15U) == inputs && (read | kept) == (inputs | operations);
}

/// A space of `places` operations, as far as drawing from it needs one.
inline Skeleton skeleton(int places) {
  Skeleton s;
  const auto add = [&](int size) {
    s.variables.emplace_back();
    s.variables.back().values.resize(static_cast<std::size_t>(size));
  };
  for (int place = 0; place < places; ++place) {
    add(8);
    for (int position = 0; position < 3; ++position) add(5 + place);
  }
  for (int state = 0; state < 3; ++state) add(1 + places);
  s.rules = std::make_shared<NlpRules>(places);
  return s;
}

/// Every cell of a space of `places` operations that uses only operations of `labels`.
inline std::vector<Architecture> all_cells(int places, const std::set<int>& labels) {
  std::vector<Architecture> cells = {{}};
  for (int place = 0; place < places; ++place) {
    std::vector<Architecture> longer;
    for (int code = 0; code < 8 * (5 + place) * (5 + place) * (5 + place); ++code) {
      const int size = 5 + place;
      const int label = code % 8;
      const auto digit = [&](int by) { return static_cast<std::uint8_t>(code / by % size); };
      const Operands o = {digit(8), digit(8 * size), digit(8 * size * size)};
      if ((label != 7 && !labels.contains(label)) || !well_formed(label, o)) continue;
      for (const Architecture& before : cells) {
        longer.push_back(before);
        longer.back().insert(longer.back().end(),
                             {static_cast<std::uint8_t>(label), o[0], o[1], o[2]});
      }
    }
    cells = std::move(longer);
  }
  std::vector<Architecture> result;
  const int size = places + 1;
  for (const Architecture& operations : cells) {
    for (int code = 0; code < size * size * size; ++code) {
      Architecture cell = operations;
      for (const int by : {1, size, size * size}) {
        cell.push_back(static_cast<std::uint8_t>(code / by % size));
      }
      if (is_cell(cell, places)) result.push_back(std::move(cell));
    }
  }
  return result;
}

}  // namespace dinas::nlp
