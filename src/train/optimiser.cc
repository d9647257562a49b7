#include "train/optimiser.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dinas {
namespace {

constexpr double kWarmUp = 0.02;
constexpr double kFirstShare = 0.1;  // not 0: the first step, which may be the only one, must learn

void clip(std::span<float> gradient, double largest_norm) {
  double square = 0.0;
  for (const float g : gradient) square += static_cast<double>(g) * static_cast<double>(g);
  const double norm = std::sqrt(square);
  if (norm <= largest_norm) return;
  const auto scale = static_cast<float>(largest_norm / norm);
  for (float& g : gradient) g *= scale;
}

}  // namespace

OptimiserState initial_state(std::span<const float> parameters) {
  return {{parameters.begin(), parameters.end()},
          std::vector<float>(parameters.size(), 0.0F),
          std::vector<float>(parameters.size(), 0.0F)};
}

bool optimiser_step(const OptimiserOptions& options, std::uint64_t step, double rate,
                    std::span<float> gradient, std::span<float> parameters, OptimiserState& state) {
  if (options.gradient_clip > 0.0) clip(gradient, options.gradient_clip);
  const auto t = static_cast<double>(step);
  const auto b1 = static_cast<float>(options.beta1);
  const auto b2 = static_cast<float>(options.beta2);
  const auto first_scale = static_cast<float>(1.0 / (1.0 - std::pow(options.beta1, t)));
  const auto second_scale = static_cast<float>(1.0 / (1.0 - std::pow(options.beta2, t)));
  const auto epsilon = static_cast<float>(options.epsilon);
  const auto lr = static_cast<float>(rate);
  const auto decay = static_cast<float>(options.weight_decay);
  const auto keep = static_cast<float>(std::min(options.ema_decay, (1.0 + t) / (10.0 + t)));
  float poison = 0.0F;  // zero times a number is zero, unless that is not finite
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const float g = gradient[i];
    state.first[i] = b1 * state.first[i] + (1.0F - b1) * g;
    state.second[i] = b2 * state.second[i] + (1.0F - b2) * g * g;
    const float update =
        state.first[i] * first_scale / (std::sqrt(state.second[i] * second_scale) + epsilon);
    parameters[i] -= lr * (update + decay * parameters[i]);
    state.average[i] = keep * state.average[i] + (1.0F - keep) * parameters[i];
    poison += 0.0F * parameters[i];
  }
  return poison == 0.0F;
}

double rate_share(double fraction) {
  if (fraction < kWarmUp) return kFirstShare + (1.0 - kFirstShare) * fraction / kWarmUp;
  const double x = (std::min(fraction, 1.0) - kWarmUp) / (1.0 - kWarmUp);
  return 0.5 * (1.0 + std::cos(std::numbers::pi * x));
}

}  // namespace dinas
