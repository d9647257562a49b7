// Guided sampling of the official network (docs/paper.md 5).
#pragma once

#include <cstddef>
#include <vector>

#include "model/model.h"
#include "sample/sampler.h"
#include "space/space.h"

namespace dinas {

struct PaperSamples {
  std::vector<Architecture> architectures;  // the valid ones, in item order
  std::size_t invalid = 0;  // a variable node held a label that is not allowed there
};

/// Draws options.count graphs, every node and pair by marginal noise, and decodes them. Entries of
/// the condition that are not open ask for the class "good" whatever their tail fraction; guidance
/// is the caller's (joint with weight 2 is the official one). options.steps 0 means all T steps,
/// fewer lie on quadratic_grid. The result depends on (model, condition, seed, first_item, steps,
/// guidance) alone. Unlike the official sampler, E_T has "no edge" on its diagonal already in the
/// first step, and dropout is off (B20 and B9 of docs/paper.md 6). Throws UsageError as
/// draw_architectures does, and for the official two-condition layout with other than two metrics.
PaperSamples draw_paper(const Model& model, const Space& space, const Condition& condition,
                        const SampleOptions& options, const SampleObserver& observer = {});

}  // namespace dinas
