// Training through libtorch, behind plain structs.
#pragma once

#include <string>

#include "model/model.h"
#include "train/options.h"
#include "train/session.h"
#include "train/training_set.h"

namespace dinas {

/// Trains a model of the profile that `options` names. Writes checkpoints to options.checkpoint
/// every options.checkpoint_seconds and when the observer returns false; in that case throws
/// TrainingStopped. With options.resume and a checkpoint of the same options it continues to the
/// identical result. Throws Error when the loss stops being finite.
Model train_model(const TrainingSet& data, const TrainOptions& options,
                  const TrainObserver& observer);

/// What libtorch computes with on this machine.
struct BackendReport {
  std::string description;  // BLAS, threads, instruction set
  std::string warning;      // empty unless the BLAS is the slow reference one
};
BackendReport describe_backend(int threads);

}  // namespace dinas
