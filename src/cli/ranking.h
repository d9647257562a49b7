// The order in which generated architectures are worth a look.
#pragma once

#include <vector>

#include "cli/architecture_writer.h"
#include "eval/selection.h"
#include "table/table.h"

namespace dinas {

/// Best first by what the table's labels of the criterion's metric let expect (expected_labels), or
/// by its value where the space computes it; ties in the order found. The column must be there.
/// Throws Error where it has no value.
void rank_by_expectation(std::vector<Found>& found, const Criterion& criterion, const Table& table);

}  // namespace dinas
