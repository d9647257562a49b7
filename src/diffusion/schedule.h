// The cosine noise schedule of DiGress and of the paper (docs/diffusion.md).
#pragma once

#include <vector>

namespace dinas {

/// beta_t and abar_t for t = 0..T in double precision. beta is as computed; abar uses beta clamped
/// to [0, 0.9999].
struct Schedule {
  explicit Schedule(int steps = 500);  // T >= 1

  [[nodiscard]] int steps() const { return static_cast<int>(beta.size()) - 1; }

  std::vector<double> beta;  // [T + 1]
  std::vector<double> abar;  // [T + 1]
};

/// Sampling grid T = t_0 > t_1 > ... > t_N = 0 with t_i = round(T u^2), u = 1 - i/N: dense near the
/// data. Repeated values are merged, so it may hold fewer than `calls` steps. 1 <= calls <= T.
std::vector<int> quadratic_grid(int T, int calls);
/// T, T-1, ..., 0.
std::vector<int> full_grid(int T);

}  // namespace dinas
