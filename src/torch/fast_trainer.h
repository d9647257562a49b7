// Training of the fast denoiser.
#pragma once

#include "model/model.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

/// See train_model.
Model train_fast(const TrainingSet& data, const TrainOptions& options,
                 const TrainObserver& observer);

}  // namespace dinas
