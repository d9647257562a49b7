// The official training of the official network (docs/paper.md 4).
#pragma once

#include "model/model.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

/// See train_fast (train/trainer.h) for checkpoints, stopping and errors. AdamW with AMSGrad at a
/// constant rate, no clipping, no averaging: of `options` only paper, diffusion_steps, the length
/// of the run, seed, threads and the checkpoint fields are used; noise is always marginal.
/// Architectures without labels are trained under the null condition. Throws UsageError for spaces
/// that paper_parameters does not take and metrics without a "good" row.
Model train_paper(const TrainingSet& data, const TrainOptions& options,
                  const TrainObserver& observer);

}  // namespace dinas
