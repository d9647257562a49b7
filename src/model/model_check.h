// Is a model consistent in itself?
#pragma once

#include <memory>
#include <string>

#include "model/model.h"
#include "space/space.h"

namespace dinas {

/// The space of a model: the built-in one of that name, or the one its definition describes. Throws
/// Error for an unknown name or a definition that is no space file.
std::shared_ptr<const Space> space_of(const ModelConfig& config);

/// Throws Error, naming the tensor in the model file, unless the weights are exactly those that
/// `space`, metrics and profile ask for, in their shapes, and every one is finite.
void check_weights(const Model& model, const Space& space);

/// The whole model: throws Error, naming the tensor in the model file, unless the space exists,
/// marginals, labels and classes have the sizes that space and metrics ask for, marginals sum to
/// one, ranks lie within their reference set, classes ascend and the weights pass check_weights.
void check_model(const Model& model);

}  // namespace dinas
