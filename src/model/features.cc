#include "model/features.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dinas {
namespace {

constexpr double kLongestPeriod = 32.0;
constexpr double kShortestPeriod = 1.0;
// One unit of the sinusoids' argument: the whole range of times spans as much as log tau does.
constexpr double kTimeScale = 10.0;

void write_sinusoids(int frequencies, double x, std::span<float> out) {
  for (int i = 0; i < frequencies; ++i) {
    const double share = frequencies == 1 ? 0.0 : static_cast<double>(i) / (frequencies - 1);
    const double period = kLongestPeriod * std::pow(kShortestPeriod / kLongestPeriod, share);
    const double phase = 2.0 * std::numbers::pi * x / period;
    out[static_cast<std::size_t>(2 * i)] = static_cast<float>(std::sin(phase));
    out[static_cast<std::size_t>(2 * i + 1)] = static_cast<float>(std::cos(phase));
  }
}

}  // namespace

std::size_t feature_count(const DenoiserConfig& config, std::size_t metrics) {
  const auto sinusoids = static_cast<std::size_t>(2 * config.fourier);
  return metrics * (sinusoids + 1) + (config.time_input ? sinusoids : 0);
}

void write_features(const DenoiserConfig& config, std::span<const float> condition, double time,
                    std::span<float> out) {
  const auto sinusoids = static_cast<std::size_t>(2 * config.fourier);
  std::fill(out.begin(), out.end(), 0.0F);
  for (std::size_t k = 0; k < condition.size(); ++k) {
    const auto code = out.subspan(k * (sinusoids + 1), sinusoids + 1);
    if (std::isnan(condition[k])) {
      code[sinusoids] = 1.0F;
    } else {
      write_sinusoids(config.fourier, static_cast<double>(condition[k]), code);
    }
  }
  if (config.time_input) {
    write_sinusoids(config.fourier, kTimeScale * time, out.last(sinusoids));
  }
}

}  // namespace dinas
