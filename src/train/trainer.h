// Training of the fast denoiser.
#pragma once

#include "model/model.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

/// Trains a denoiser of the fast profile on `options.threads` threads. Throws UsageError for
/// options out of range (see validate) and for the paper profile, TrainingStopped (train/session.h)
/// when the observer stopped the run, Error for a checkpoint that does not fit and for a loss that
/// is not finite.
Model train_fast(const TrainingSet& data, const TrainOptions& options,
                 const TrainObserver& observer);

}  // namespace dinas
