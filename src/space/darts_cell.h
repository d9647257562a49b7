// The two cells of a DARTS architecture as nodes with inputs and operations, for the files of the
// space.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "space/space.h"

namespace dinas {

enum class DartsOp : std::uint8_t {
  kNone,
  kMaxPool3,
  kAvgPool3,
  kSkip,
  kSepConv3,
  kSepConv5,
  kDilConv3,
  kDilConv5
};

/// Names of the operations in the order of their codes.
constexpr std::array<std::string_view, 8> kDartsOpNames = {
    "none",         "max_pool_3x3", "avg_pool_3x3", "skip_connect",
    "sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5"};

/// The sum of ops[0] on node inputs[0] and ops[1] on node inputs[1]; inputs[0] < inputs[1].
struct DartsNode {
  std::array<std::uint8_t, 2> inputs{};
  std::array<DartsOp, 2> ops{};
  bool operator==(const DartsNode&) const = default;
};

/// Intermediate nodes 2 to 5; nodes 0 and 1 are the outputs of the two previous cells. The output
/// of the cell is the concatenation of the intermediate nodes.
using DartsCell = std::array<DartsNode, 4>;

struct DartsGenotype {
  DartsCell normal;
  DartsCell reduce;
  bool operator==(const DartsGenotype&) const = default;
};

/// Sets of two out of nodes 0 to `nodes` - 1 in lexicographic order: the values of an inputs
/// variable.
std::vector<std::array<std::uint8_t, 2>> darts_input_pairs(int nodes);

/// The genotype of an architecture (22 values).
DartsGenotype darts_decode(std::span<const std::uint8_t> architecture);
/// Inverse of darts_decode.
Architecture darts_encode(const DartsGenotype& genotype);

/// The smallest of the encodings of a cell with its intermediate nodes renamed in every way that
/// keeps them behind their inputs: equal for two cells iff such a renaming makes one the other.
std::string darts_canonical_form(const DartsCell& cell);

/// Which nodes 0 to 5 depend on the image if nodes 0 and 1 do as given: "none" passes nothing on.
std::array<bool, 6> darts_live_nodes(const DartsCell& cell, bool first_input, bool second_input);

}  // namespace dinas
