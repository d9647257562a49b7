// Texts for NAS-Bench-101 cells.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "space/nasbench101_cell.h"

namespace dinas {

/// Reads either spelling of a cell, of up to 32 nodes, and prunes it:
/// - JSON as the benchmark's ModelSpec takes it, {"matrix": [[...]], "ops": [...]}, or with
///   "module_adjacency" and "module_operations" as keys; other keys are passed over, two keys for
///   one thing have to agree, and no key may come twice;
/// - the columns adj_upper, v1, ..., v7 joined by spaces: 21 digits, the upper triangle row by row,
///   then 1 input, 2 conv1x1-bn-relu, 3 conv3x3-bn-relu, 4 maxpool3x3, 5 output, 0 padding.
/// nullopt and the reason in `why` for a text that is neither, a cell without a path from input to
/// output, or one with more than seven nodes or nine edges after pruning.
std::optional<NasBench101Cell> read_nasbench101(std::string_view text, std::string& why);

/// The cell as one line of JSON, {"matrix":[[0,1],[0,0]],"ops":["input","output"]}.
std::string print_nasbench101(const NasBench101Cell& cell);

/// Names of the nodes in order, input and output included.
std::vector<std::string> nasbench101_labels(const NasBench101Cell& cell);

}  // namespace dinas
