#include "diffusion/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace dinas {

Schedule::Schedule(int steps) {
  DINAS_CHECK(steps >= 1);
  constexpr double kShift = 0.008;
  constexpr double kLargestBeta = 0.9999;
  const double grid = steps + 2;
  const auto signal = [&](int i) {
    const double x = i * grid / (grid - 1.0);
    const double c = std::cos(0.5 * std::numbers::pi * (x / grid + kShift) / (1.0 + kShift));
    return c * c;
  };
  double kept = 1.0;
  for (int i = 0; i <= steps; ++i) {
    beta.push_back(1.0 - signal(i + 1) / signal(i));
    kept *= 1.0 - std::clamp(beta.back(), 0.0, kLargestBeta);
    abar.push_back(kept);
  }
}

std::vector<int> quadratic_grid(int T, int calls) {
  DINAS_CHECK(calls >= 1 && calls <= T);
  std::vector<int> grid{T};
  for (int i = 1; i <= calls; ++i) {
    const double u = 1.0 - static_cast<double>(i) / calls;
    const int t = static_cast<int>(std::lround(T * u * u));
    if (t < grid.back()) grid.push_back(t);
  }
  return grid;
}

std::vector<int> full_grid(int T) {
  DINAS_CHECK(T >= 1);
  std::vector<int> grid;
  for (int t = T; t >= 0; --t) grid.push_back(t);
  return grid;
}

}  // namespace dinas
