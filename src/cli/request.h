// What a user asks of a model: bounds, checked against what its labels can tell, and the options of
// sampling.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "condition/bound.h"
#include "model/model.h"
#include "sample/sampler.h"

namespace dinas {

/// Guidance, steps, seed and threads, checked. Throws UsageError.
SampleOptions sample_options(const SamplingOptions& options, const Model& model);

/// Bounds as given. Throws UsageError (see parse_bound, resolve_bounds).
std::vector<Bound> model_bounds(const std::vector<BoundRequest>& requests, const Model& model);
std::vector<BoundRequest> parse_bounds(const std::vector<std::string>& where);

/// States how many labelled architectures meet the bounds. A bound tighter than every label gets a
/// notice. Throws Error with the relaxation each bound needs when the labels cover every
/// architecture of the space and none meets them.
void state_satisfiability(const std::vector<Bound>& bounds, const Model& model, const Space& space,
                          Console& console);

}  // namespace dinas
