// Forward noise and reverse posterior of one categorical variable. Pure functions: probabilities,
// indices and coins in, values out.
//
//   Q_{t|s}  = r I + (1 - r) 1 m',  r = abar_t / abar_s         (s < t; abar_s = 1 for clean data)
//   Qbar_t   = abar_t I + (1 - abar_t) 1 m'
//   p(x_s | x_t) ∝ sum_k p0[k] (Q_{t|s})[x_s, x_t] Qbar_s[k, x_s] / Qbar_t[k, x_t]
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace dinas {

enum class Noise { kMask, kMarginal, kUniform };
/// "mask" | "marginal" | "uniform"; throws UsageError.
Noise parse_noise(std::string_view text);
std::string_view noise_name(Noise noise);

/// q(x_t | x_0 = value) for marginal `m` [K] (sums to 1). Result [K].
std::vector<double> noised(int value, double abar, std::span<const double> m);

/// p(x_s | x_t) from the denoiser's p0 [K] (sums to 1), normalised. abar_s > abar_t. Clean classes
/// k that x_t makes impossible (Qbar_t[k, x_t] = 0) have their denominator replaced by 1e-6, as
/// officially coded. Result [K].
std::vector<double> posterior(std::span<const double> p0, int x_t, double abar_s, double abar_t,
                              std::span<const double> m);

/// softmax of logits, stable; entries of -inf get probability 0. Result [K].
std::vector<double> softmax(std::span<const double> logits);

}  // namespace dinas
