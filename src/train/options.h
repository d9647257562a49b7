// Everything a training run can be told, and what it tells while it runs.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "model/config.h"

namespace dinas {

/// Weight of a variable's cross-entropy by its kind, in the order of VariableKind; 0.001 to 1000.
/// Only ratios matter: the weights of a graph sum to 1.
using LossWeights = std::array<double, 3>;

struct TrainOptions {
  Profile profile = Profile::kFast;
  Noise noise = Noise::kMask;
  int diffusion_steps = 500;  // T of marginal and uniform noise
  DenoiserConfig denoiser;
  PaperConfig paper;

  int batch = 256;
  double learning_rate = 2e-3;  // peak of the cosine rate
  double weight_decay = 0.01;   // AdamW, decoupled
  double gradient_clip = 1.0;   // L2 norm over all parameters; 0 disables
  double ema_decay = 0.999;     // 0 disables: the last weights are kept
  double tail_exponent = 1.25;  // a of docs/conditions.md
  LossWeights loss_weights{1.0, 1.0, 1.0};

  double max_seconds = 0.0;  // of both limits the first that is reached ends the run; 0: no limit
  int epochs = 0;            // an epoch is ceil(architectures / batch) steps; 0: no limit
  std::uint64_t seed = 0;
  int threads = 1;  // never changes the result of a run by epochs

  std::string checkpoint;  // file to write checkpoints to; empty: none
  double checkpoint_seconds = 60.0;
  bool resume = false;  // continue from `checkpoint` if it exists
};

struct TrainProgress {
  std::uint64_t step = 0;
  double loss = 0.0;               // mean over the steps since the last report
  double graphs_per_second = 0.0;  // since this process started
  double elapsed = 0.0;            // seconds of training, earlier processes included
  double fraction = 0.0;           // of the run, 0..1
};

/// Called about twice a second; return false to checkpoint and stop.
using TrainObserver = std::function<bool(const TrainProgress&)>;

}  // namespace dinas
