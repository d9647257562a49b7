// The table of tensor names and shapes of the official network (docs/paper.md 3), kept to what can
// influence its node and edge logits. Names are the official ones.
#pragma once

#include <string>
#include <vector>

#include "model/config.h"
#include "model/parameters.h"
#include "space/space.h"

namespace dinas {

/// Name of the class map of condition `metric` for 'X' (nodes) or 'E' (pairs):
/// "linear_map_class_X", "linear_map_class_X_lat" as the official code calls the second, then
/// "linear_map_class_X_3", ...
std::string paper_class_map(char target, std::size_t metric);

/// In file order: a map's weight is followed by its bias. `metrics` >= 1. Each metric has its own
/// class embedding; together they are node_hidden (edge_hidden) wide, shared out evenly with the
/// remainder going to the first. With propagate_global the update of the global vector joins every
/// layer but the last, whose update nothing reads. Norms start at kOne and kZero, maps and their
/// biases at kLinear, which this profile draws as the official framework does (paper_initialise.h).
/// Throws UsageError unless the space's only variables are node labels and the sizes fit (positive,
/// even node_hidden, heads that divide 2 node_hidden, no more metrics than edge_hidden).
std::vector<ParameterInfo> paper_parameters(const PaperConfig& config, const Skeleton& skeleton,
                                            std::size_t metrics);

}  // namespace dinas
