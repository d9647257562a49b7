// AdamW with AMSGrad on one flat array of parameters, as the official training uses it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace dinas {

struct AmsgradOptions {
  double rate = 2e-4;
  double weight_decay = 1e-12;  // decoupled
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

/// Arrays of the length of the parameters, all zero at the start.
struct AmsgradState {
  std::vector<float> first;    // moving average of the gradient
  std::vector<float> second;   // of its square
  std::vector<float> largest;  // elementwise maximum of `second` so far
};

/// One step; `step` counts from 1. Loshchilov & Hutter 2019 with Reddi et al. 2018 as libtorch's
/// AdamW(amsgrad) computes it:
///   p -= rate * decay * p;  p -= rate / (1 - b1^t) * m / (sqrt(max v) / sqrt(1 - b2^t) + eps).
/// The result does not depend on `threads`.
void amsgrad_step(const AmsgradOptions& options, std::uint64_t step,
                  std::span<const float> gradient, std::span<float> parameters, AmsgradState& state,
                  int threads);

}  // namespace dinas
