// Critical values for tests of random draws, and the error a call throws.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>

#include "base/error.h"

namespace dinas {

// One-sided normal quantile of alpha = 1e-4. Streams have fixed seeds, so a pass stays a pass;
// alpha only says how surprising the one draw may be.
inline constexpr double kNormalQuantile = 3.719;

/// Chi-square value exceeded with probability 1e-4, by Wilson and Hilferty's cube: slightly too
/// high, by 1 % at 10 degrees of freedom and less above, so only for 10 and more.
inline double chi_square_critical(std::size_t degrees) {
  DINAS_CHECK(degrees >= 10);
  const double d = static_cast<double>(degrees);
  const double root = 1.0 - 2.0 / (9.0 * d) + kNormalQuantile * std::sqrt(2.0 / (9.0 * d));
  return d * root * root * root;
}

/// Kolmogorov-Smirnov distance exceeded with probability 1e-4: sqrt(-ln(alpha / 2) / (2 n)).
inline double kolmogorov_critical(std::size_t draws) {
  return std::sqrt(-std::log(0.5e-4) / (2.0 * static_cast<double>(draws)));
}

/// Pearson's statistic, summed cell by cell.
class ChiSquare {
 public:
  void add(double observed, double expected) {
    statistic_ += (observed - expected) * (observed - expected) / expected;
    ++cells_;
  }
  /// A group of cells whose total is fixed costs one degree of freedom.
  void close_group() { ++groups_; }
  [[nodiscard]] double statistic() const { return statistic_; }
  [[nodiscard]] std::size_t degrees() const { return cells_ - groups_; }
  [[nodiscard]] double critical() const { return chi_square_critical(degrees()); }

 private:
  double statistic_ = 0.0;
  std::size_t cells_ = 0;
  std::size_t groups_ = 0;
};

/// The text of the UsageError that `call` throws; "" if it throws none.
template <typename Call>
std::string usage_error(Call call) {
  try {
    call();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace dinas
