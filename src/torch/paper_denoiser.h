// The official network behind the Denoiser interface, for the sampler all spaces share.
#pragma once

#include <memory>

#include "engine/denoiser.h"
#include "model/model.h"
#include "space/space.h"

namespace dinas {

/// States and logits are those of paper_skeleton(skeleton); a condition's entries that are not open
/// ask for the class "good". The model must be of the paper profile. A row's logits do not depend
/// on the rows around it: forwards always have the same number of rows. Without time input, rows
/// equal to one of the previous call are not computed again.
std::unique_ptr<Denoiser> make_paper_denoiser(const Model& model, const Skeleton& skeleton);

}  // namespace dinas
