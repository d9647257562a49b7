// A NAS-Bench-NLP cell in plain form, and where its parts are among the variables of the space.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "space/space.h"

namespace dinas {

inline constexpr int kNlpOperations = 9;  // most operation nodes of a cell
inline constexpr int kNlpInputs = 4;      // x, h_prev_0, h_prev_1, h_prev_2
inline constexpr int kNlpOperands = 3;    // most operands of an operation
inline constexpr int kNlpHidden = 3;      // most hidden states

/// Codes of the label variables. kAbsent: the place is not used.
namespace nlp_label {
inline constexpr std::uint8_t kLinear = 0;
inline constexpr std::uint8_t kBlend = 1;
inline constexpr std::uint8_t kAbsent = 7;
}  // namespace nlp_label

/// An operation as the benchmark names it and how many operands it takes.
struct NlpOperation {
  std::string_view name;
  int fewest;
  int most;
};
/// In the order of the codes; nlp_label::kAbsent comes after the last.
inline constexpr std::array<NlpOperation, 7> kNlpOperationTable = {
    {{"linear", 2, 3},
     {"blend", 3, 3},
     {"elementwise_prod", 2, 2},
     {"elementwise_sum", 2, 2},
     {"activation_tanh", 1, 1},
     {"activation_sigm", 1, 1},
     {"activation_leaky_relu", 1, 1}}};

/// Names of the inputs, in the order of their nodes.
inline constexpr std::array<std::string_view, kNlpInputs> kNlpInputNames = {"x", "h_prev_0",
                                                                            "h_prev_1", "h_prev_2"};

/// Index of a variable: place by place the label and the three operands, then the hidden states.
constexpr std::size_t nlp_label_variable(int place) {
  return static_cast<std::size_t>(place) * (1 + kNlpOperands);
}
/// `position` counts operands from 0.
constexpr std::size_t nlp_operand_variable(int place, int position) {
  return nlp_label_variable(place) + 1 + static_cast<std::size_t>(position);
}
/// The variable of h_new_`state` in a space with room for `places` operations.
constexpr std::size_t nlp_hidden_variable(int places, int state) {
  return nlp_label_variable(places) + static_cast<std::size_t>(state);
}

/// A cell. Sources are nodes of the skeleton: 0..3 the inputs, 4 + i operation i.
struct NlpCell {
  struct Node {
    std::uint8_t operation = 0;  // index in kNlpOperationTable
    std::vector<int> operands;   // sources before this node, in order
  };
  std::vector<Node> nodes;  // topological order
  std::vector<int> hidden;  // index in `nodes` of h_new_0, h_new_1, ...
};

/// The cell of a valid architecture.
NlpCell decode_nlp(std::span<const std::uint8_t> architecture);
/// Inverse of decode_nlp. At most kNlpOperations nodes.
Architecture encode_nlp(const NlpCell& cell);

/// Equal for two cells exactly if one becomes the other by renaming its operation nodes, inputs
/// and hidden states staying what they are, and reordering operands, except those of blend, whose
/// order matters. Two nodes of the same operation and operands stay two nodes.
std::string nlp_canonical_form(const NlpCell& cell);

}  // namespace dinas
