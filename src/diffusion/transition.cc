#include "diffusion/transition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace dinas {

Noise parse_noise(std::string_view text) {
  for (const Noise noise : {Noise::kMask, Noise::kMarginal, Noise::kUniform}) {
    if (text == noise_name(noise)) return noise;
  }
  throw UsageError(fmt::format("unknown noise '{}': expected mask, marginal or uniform", text));
}

std::string_view noise_name(Noise noise) {
  switch (noise) {
    case Noise::kMask:
      return "mask";
    case Noise::kMarginal:
      return "marginal";
    case Noise::kUniform:
      return "uniform";
  }
  throw BugError("a noise without a name");
}

std::vector<double> noised(int value, double abar, std::span<const double> m) {
  std::vector<double> law(m.begin(), m.end());
  for (double& p : law) p *= 1.0 - abar;
  law[static_cast<std::size_t>(value)] += abar;
  return law;
}

std::vector<double> posterior(std::span<const double> p0, int x_t, const Survival& survival,
                              std::span<const double> m) {
  constexpr double kNoDenominator = 1e-6;
  const auto now = static_cast<std::size_t>(x_t);
  std::vector<double> law(p0.size());
  double total_weight = 0.0;
  for (std::size_t k = 0; k < p0.size(); ++k) {
    const double reached = (k == now ? survival.abar_t : 0.0) + (1.0 - survival.abar_t) * m[now];
    law[k] = p0[k] / (reached == 0.0 ? kNoDenominator : reached);
    total_weight += law[k];
  }
  // sum_k law[k] Qbar_s[k, x] needs no loop over k: Qbar_s is the identity plus equal rows.
  double total = 0.0;
  for (std::size_t x = 0; x < law.size(); ++x) {
    const double before = survival.abar_s * law[x] + (1.0 - survival.abar_s) * m[x] * total_weight;
    const double step = (x == now ? survival.step : 0.0) + (1.0 - survival.step) * m[now];
    law[x] = before * step;
    total += law[x];
  }
  if (total == 0.0) {
    std::fill(law.begin(), law.end(), 1.0 / static_cast<double>(law.size()));
    return law;
  }
  for (double& p : law) p /= total;
  return law;
}

std::vector<double> posterior(std::span<const double> p0, int x_t, double abar_s, double abar_t,
                              std::span<const double> m) {
  return posterior(p0, x_t, {.step = abar_t / abar_s, .abar_s = abar_s, .abar_t = abar_t}, m);
}

std::vector<double> softmax(std::span<const double> logits) {
  double largest = -std::numeric_limits<double>::infinity();
  for (const double l : logits) largest = std::max(largest, l);
  std::vector<double> law(logits.begin(), logits.end());
  double total = 0.0;
  for (double& p : law) {
    p = std::exp(p - largest);
    total += p;
  }
  if (!(total > 0.0)) {
    throw Error(
        fmt::format("a variable's {} logits are no distribution (not a number, infinite, or "
                    "all minus infinity): the model is broken",
                    logits.size()));
  }
  for (double& p : law) p /= total;
  return law;
}

}  // namespace dinas
