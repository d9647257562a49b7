#include "space/nasbench_nlp_cell.h"

#include <algorithm>
#include <utility>

namespace dinas {
namespace {

// What a node is once its operands have numbers: compared as a sequence.
using NodeCode = std::array<std::uint8_t, 2 + kNlpOperands>;

// The first operations of a cell in some topological order.
struct Prefix {
  std::array<int, kNlpOperations> number{};  // of each operation, from 1; 0 where not numbered
};

// Number of a source in the canonical form: inputs first, then operations in their new order; 0 for
// an operation that has none yet. Above 0 otherwise.
std::uint8_t source_number(const Prefix& prefix, int source) {
  if (source < kNlpInputs) return static_cast<std::uint8_t>(source + 1);
  const int number = prefix.number[static_cast<std::size_t>(source - kNlpInputs)];
  return static_cast<std::uint8_t>(number == 0 ? 0 : kNlpInputs + number);
}

// Code of a node whose operands all have numbers.
NodeCode node_code(const NlpCell& cell, const Prefix& prefix, std::size_t node) {
  NodeCode code{};
  const NlpCell::Node& n = cell.nodes[node];
  code[0] = n.operation;
  const auto hidden = std::ranges::find(cell.hidden, static_cast<int>(node));
  code[1] = static_cast<std::uint8_t>(hidden - cell.hidden.begin());
  std::ranges::transform(n.operands, code.begin() + 2,
                         [&](int source) { return source_number(prefix, source); });
  if (n.operation != nlp_label::kBlend) std::sort(code.begin() + 2, code.end());
  return code;
}

bool is_ready(const NlpCell& cell, const Prefix& prefix, std::size_t node) {
  return prefix.number[node] == 0 &&
         std::ranges::all_of(cell.nodes[node].operands,
                             [&](int source) { return source_number(prefix, source) > 0; });
}

}  // namespace

NlpCell decode_nlp(std::span<const std::uint8_t> architecture) {
  NlpCell cell;
  for (int place = 0; place < kNlpOperations; ++place) {
    NlpCell::Node node{architecture[nlp_label_variable(place)], {}};
    if (node.operation == nlp_label::kAbsent) break;
    for (int position = 0; position < kNlpOperands; ++position) {
      const int value = architecture[nlp_operand_variable(place, position)];
      if (value > 0) node.operands.push_back(value - 1);
    }
    cell.nodes.push_back(std::move(node));
  }
  for (int state = 0; state < kNlpHidden; ++state) {
    const int value = architecture[nlp_hidden_variable(kNlpOperations, state)];
    if (value > 0) cell.hidden.push_back(value - 1);
  }
  return cell;
}

Architecture encode_nlp(const NlpCell& cell) {
  Architecture result(nlp_hidden_variable(kNlpOperations, kNlpHidden), 0);
  for (int place = 0; place < kNlpOperations; ++place) {
    const auto index = static_cast<std::size_t>(place);
    const bool absent = index >= cell.nodes.size();
    result[nlp_label_variable(place)] = absent ? nlp_label::kAbsent : cell.nodes[index].operation;
    if (absent) continue;
    int position = 0;
    for (const int source : cell.nodes[index].operands) {
      result[nlp_operand_variable(place, position++)] = static_cast<std::uint8_t>(source + 1);
    }
  }
  int state = 0;
  for (const int node : cell.hidden) {
    result[nlp_hidden_variable(kNlpOperations, state++)] = static_cast<std::uint8_t>(node + 1);
  }
  return result;
}

// The smallest sequence of node codes over all topological orders. Its first k codes are the
// smallest of any order too, so it is enough to keep, code by code, all prefixes that reach the
// minimum. Prefixes tie only on nodes with equal operation and operands that are no hidden states;
// of those at most 6 can be used by the other nodes of a cell, so few prefixes remain.
std::string nlp_canonical_form(const NlpCell& cell) {
  std::string form;
  std::vector<Prefix> prefixes(1);
  for (std::size_t step = 1; step <= cell.nodes.size(); ++step) {
    NodeCode best;
    best.fill(0xff);
    std::vector<Prefix> longer;
    for (const Prefix& prefix : prefixes) {
      for (std::size_t node = 0; node < cell.nodes.size(); ++node) {
        if (!is_ready(cell, prefix, node)) continue;
        const NodeCode code = node_code(cell, prefix, node);
        if (code > best) continue;
        if (code < best) longer.clear();
        best = code;
        longer.push_back(prefix);
        longer.back().number[node] = static_cast<int>(step);
      }
    }
    form.append(best.begin(), best.end());
    prefixes = std::move(longer);
  }
  return form;
}

}  // namespace dinas
