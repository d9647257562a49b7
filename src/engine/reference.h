// The fast denoiser's forward in double precision, one graph at a time, written to be obviously
// right: the yardstick of every faster engine, and the first engine.
#pragma once

#include <memory>

#include "engine/denoiser.h"
#include "model/model.h"

namespace dinas {

/// A denoiser that owns a copy of what it needs of the model. Throws Error if the weights do not
/// match the configuration.
std::unique_ptr<Denoiser> make_reference_denoiser(const Model& model, const Space& space);

}  // namespace dinas
