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

/// How much of a value survives, each in [0, 1].
struct Survival {
  double step;    // from s to t: r above
  double abar_s;  // from clean data to s
  double abar_t;  // from clean data to t
};

/// p(x_s | x_t) from the denoiser's p0 [K] (sums to 1), normalised. Clean classes k that x_t makes
/// impossible (Qbar_t[k, x_t] = 0) have their denominator replaced by 1e-6, and where every x_s is
/// impossible the result is uniform, both as officially coded (docs/diffusion.md). Result [K].
std::vector<double> posterior(std::span<const double> p0, int x_t, const Survival& survival,
                              std::span<const double> m);
/// The same with the step that follows from the schedule, r = abar_t / abar_s; abar_s > abar_t.
std::vector<double> posterior(std::span<const double> p0, int x_t, double abar_s, double abar_t,
                              std::span<const double> m);

/// softmax of logits, stable; entries of -inf get probability 0. Result [K]. Throws Error where no
/// entry is finite or one is NaN or +inf: the network, or what it was given, is broken.
std::vector<double> softmax(std::span<const double> logits);

}  // namespace dinas
