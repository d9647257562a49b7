// The recipes of NAS-Bench-NLP: a JSON object, node name -> {"op": name, "input": [names]}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "space/nasbench_nlp_cell.h"

namespace dinas {

/// Reads a recipe, or a JSON string that holds one. Nodes may come in any order: the cell has them
/// in the file's order where that is topological; else the next node is always the first of the
/// file whose operands are there. nullopt and the reason in `why` where the text is no recipe or
/// the cell breaks a rule of the space (NlpRules). Texts above 16 KiB are refused.
std::optional<NlpCell> read_nlp_recipe(std::string_view text, std::string& why);

/// The recipe in one line without spaces. Operation i, counted from 1, is node_i unless it is a
/// hidden state.
std::string write_nlp_recipe(const NlpCell& cell);

}  // namespace dinas
