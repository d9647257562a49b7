// The numbers of a space file that follow exactly from an architecture.
#pragma once

#include "space/file_space_description.h"
#include "space/file_space_graph.h"

namespace dinas {

/// Value of a cost: a sum over nodes and edges, the heaviest or the number of input-output paths,
/// rounded to the decimals the file asks for.
double compute_cost(const FileCost& cost, const SpaceDescription& space, const FileGraph& graph);

}  // namespace dinas
