// The order in which generated architectures are worth a look.
#pragma once

#include <string>
#include <vector>

#include "cli/architecture_writer.h"
#include "condition/bound.h"
#include "eval/selection.h"
#include "model/model.h"
#include "table/table.h"

namespace dinas {

/// First those that are expected to keep every bound on another metric than the criterion's, as far
/// as the table has labels of it or the space computes it; of these first what is best by the
/// expectation of the criterion's metric; ties in the order found. Expected is what labels let
/// expect (expected_labels), of a computed metric its value. Every Found gets its expectations; the
/// names of their metrics are returned, that of the criterion first. `table` must have its column.
/// Throws Error where it has no value.
std::vector<std::string> rank_by_expectation(std::vector<Found>& found, const Criterion& criterion,
                                             const std::vector<Bound>& bounds, const Model& model,
                                             const Table& table);

}  // namespace dinas
