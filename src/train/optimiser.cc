#include "train/optimiser.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "base/multiversion.h"

namespace dinas {
namespace {

constexpr double kWarmUp = 0.02;
constexpr double kFirstShare = 0.1;  // not 0: the first step, which may be the only one, must learn

// What a thread works on: fixed, so that sums over pieces do not depend on the threads.
constexpr std::size_t kChunk = 32768;

struct Chunk {
  std::size_t first;
  std::size_t end;
};

Chunk chunk(std::size_t index, std::size_t size) {
  return {index * kChunk, std::min(size, (index + 1) * kChunk)};
}

// What a gradient is multiplied with for its norm to be `largest` at most.
float clip_scale(std::span<const double> squares, double largest) {
  const double norm = std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0));
  return largest > 0.0 && norm > largest ? static_cast<float>(largest / norm) : 1.0F;
}

DINAS_MULTIVERSION double square(std::span<const float> gradient) {
  double sum = 0.0;
  for (const float g : gradient) sum += static_cast<double>(g) * static_cast<double>(g);
  return sum;
}

// The numbers of one step.
struct Rates {
  Rates(const OptimiserOptions& options, std::uint64_t step, double learning_rate)
      : b1(static_cast<float>(options.beta1)),
        b2(static_cast<float>(options.beta2)),
        first_scale(static_cast<float>(1.0 / (1.0 - std::pow(options.beta1, step)))),
        second_scale(static_cast<float>(1.0 / (1.0 - std::pow(options.beta2, step)))),
        epsilon(static_cast<float>(options.epsilon)),
        rate(static_cast<float>(learning_rate)),
        decay(static_cast<float>(options.weight_decay)),
        keep(static_cast<float>(
            std::min(options.ema_decay,
                     (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step))))) {}
  float b1, b2, first_scale, second_scale, epsilon, rate, decay, keep;
};

// Updates part of the parameters. Are they finite?
DINAS_MULTIVERSION bool update(const Rates& r, Chunk c, float scale,
                               const float* __restrict gradient, float* __restrict parameters,
                               float* __restrict first, float* __restrict second,
                               float* __restrict average) {
  float poison = 0.0F;  // zero times a number is zero, unless that is not finite
  for (std::size_t i = c.first; i < c.end; ++i) {
    const float g = scale * gradient[i];
    first[i] = r.b1 * first[i] + (1.0F - r.b1) * g;
    second[i] = r.b2 * second[i] + (1.0F - r.b2) * g * g;
    const float step =
        first[i] * r.first_scale / (std::sqrt(second[i] * r.second_scale) + r.epsilon);
    parameters[i] -= r.rate * (step + r.decay * parameters[i]);
    average[i] = r.keep * average[i] + (1.0F - r.keep) * parameters[i];
    poison += 0.0F * parameters[i];
  }
  return poison == 0.0F;
}

}  // namespace

OptimiserState initial_state(std::span<const float> parameters) {
  return {{parameters.begin(), parameters.end()},
          std::vector<float>(parameters.size(), 0.0F),
          std::vector<float>(parameters.size(), 0.0F)};
}

bool optimiser_step(const OptimiserOptions& options, std::uint64_t step, double rate,
                    std::span<const float> gradient, std::span<float> parameters,
                    OptimiserState& state, ThreadTeam& team) {
  const std::size_t size = parameters.size();
  const std::size_t chunks = (size + kChunk - 1) / kChunk;
  std::vector<double> squares(chunks);
  team.run(chunks, [&](std::size_t i, int) {
    const Chunk c = chunk(i, size);
    squares[i] = square(gradient.subspan(c.first, c.end - c.first));
  });
  const Rates rates(options, step, rate);
  const float scale = clip_scale(squares, options.gradient_clip);
  std::vector<std::uint8_t> finite(chunks);
  team.run(chunks, [&](std::size_t i, int) {
    finite[i] = update(rates, chunk(i, size), scale, gradient.data(), parameters.data(),
                       state.first.data(), state.second.data(), state.average.data());
  });
  return std::ranges::all_of(finite, [](std::uint8_t ok) { return ok != 0; });
}

double rate_share(double fraction) {
  if (fraction < kWarmUp) return kFirstShare + (1.0 - kFirstShare) * fraction / kWarmUp;
  const double x = (std::min(fraction, 1.0) - kWarmUp) / (1.0 - kWarmUp);
  return 0.5 * (1.0 + std::cos(std::numbers::pi * x));
}

}  // namespace dinas
