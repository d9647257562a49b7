// What a user asks of a model: bounds, checked against what its labels can tell, and the options of
// sampling.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "condition/bound.h"
#include "eval/selection.h"
#include "model/model.h"
#include "sample/sampler.h"

namespace dinas {

/// Guidance, steps, seed and threads, checked as far as they can be without running. Throws
/// UsageError.
SampleOptions sample_options(const SamplingOptions& options, const Model& model);

/// The model's metric of that name, nullptr if it has none.
const MetricDistribution* find_metric(const Model& model, const std::string& name);

/// "METRIC" or "METRIC:max|min". A metric that the model was not trained with (a validation
/// accuracy, say) counts as better when higher unless the text says otherwise. Throws UsageError.
Criterion parse_criterion(const std::string& text, const Model& model);
/// Says so where it was assumed that higher is better.
void note_assumed_direction(const std::string& text, const Model& model, Console& console);

/// See parse_bound, one by one.
std::vector<BoundRequest> parse_bounds(const std::vector<std::string>& where);

/// States how many labelled architectures meet the bounds, and, if none does, the relaxation each
/// bound needs. A bound tighter than every label gets a notice and counts as the tightest tail.
/// Throws Error with the relaxations when the labels cover every architecture of the space, so that
/// it is certain that none meets the bounds.
void state_satisfiability(const std::vector<Bound>& bounds, const Model& model, const Space& space,
                          Console& console);

}  // namespace dinas
