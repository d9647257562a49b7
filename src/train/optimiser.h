// AdamW with decoupled weight decay, gradient clipping and an exponential moving average of the
// weights, on one flat array of parameters.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/parallel.h"

namespace dinas {

struct OptimiserOptions {
  double weight_decay = 0.01;
  double gradient_clip = 1.0;  // L2 norm; 0 disables
  double ema_decay = 0.999;    // 0 disables: the average is the last weights
  double beta1 = 0.9;
  double beta2 = 0.99;
  double epsilon = 1e-8;
};

/// All arrays have the length of the parameters.
struct OptimiserState {
  std::vector<float> average;  // exponential moving average of the parameters
  std::vector<float> first;    // of the gradient
  std::vector<float> second;   // of its square
};

OptimiserState initial_state(std::span<const float> parameters);

/// One step; `step` counts from 1. The gradient counts as scaled down to the clip where its norm
/// exceeds it. AdamW as in Loshchilov & Hutter 2019:
/// p -= rate * (m_hat / (sqrt(v_hat) + eps) + decay * p).
/// The average uses min(ema_decay, (1 + step) / (10 + step)), so that early weights fade quickly.
/// Are all parameters finite afterwards? Threads do not change the result.
bool optimiser_step(const OptimiserOptions& options, std::uint64_t step, double rate,
                    std::span<const float> gradient, std::span<float> parameters,
                    OptimiserState& state, ThreadTeam& team);

/// Share of the peak rate at `fraction` of the run: linear warm-up over the first 2 %, then a
/// cosine down to 0.
double rate_share(double fraction);

}  // namespace dinas
