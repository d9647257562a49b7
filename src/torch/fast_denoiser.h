// The fast profile's denoiser through libtorch, plainly: what the fast engine is measured against.
#pragma once

#include <memory>

#include "engine/denoiser.h"
#include "model/model.h"

namespace dinas {

/// A batch is one forward of EagerNetwork without gradients, on `threads` (at least 1) threads of
/// libtorch, whichever thread asks for it. Throws Error if the weights do not match the
/// configuration.
std::unique_ptr<Denoiser> make_torch_fast_denoiser(const Model& model, const Space& space,
                                                   int threads);

}  // namespace dinas
