// Training of the fast denoiser.
#pragma once

#include "model/model.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

/// Trains a denoiser of the fast profile. Writes checkpoints to options.checkpoint every
/// options.checkpoint_seconds and when the observer returns false; in that case throws
/// TrainingStopped (train/session.h). With options.resume and a checkpoint of the same options it
/// continues to the identical result. Throws UsageError for options out of range (see validate),
/// Error for a checkpoint that does not fit and when the loss stops being finite.
Model train_fast(const TrainingSet& data, const TrainOptions& options,
                 const TrainObserver& observer);

}  // namespace dinas
