// The notation of DARTS: Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=[2, 3, 4, 5],
// reduce=[...], reduce_concat=[2, 3, 4, 5]), two entries per intermediate node.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "space/darts_cell.h"

namespace dinas {

/// Reads the official text (white space anywhere, either kind of quotes, fields in any order,
/// range(2, 6) for a concatenation, trailing commas) or sixteen entries operation~input separated
/// by white space, those of the normal cell first. The order of the two entries of a node is free.
/// nullopt and the reason in `why` for anything else. Linear in the text.
std::optional<DartsGenotype> parse_darts(std::string_view text, std::string& why);

/// The official text, the two entries of a node in ascending order of their inputs.
std::string print_darts(const DartsGenotype& genotype);

}  // namespace dinas
