#include "eval/statistics.h"

#include <array>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace dinas {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double share_of(std::uint64_t numerator, std::uint64_t denominator) {
  if (denominator == 0) return kMissing;
  return static_cast<double>(numerator) / static_cast<double>(denominator);
}

MeanSd mean_sd(std::span<const double> values) {
  if (values.empty()) return {kMissing, kMissing};
  const auto n = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double v : values) mean += v / n;
  double squares = 0.0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return {mean, values.size() == 1 ? 0.0 : std::sqrt(squares / (n - 1.0))};
}

double student_quantile(std::uint64_t freedom) {
  static constexpr std::array<double, 30> kQuantiles = {
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
      2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
      2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  DINAS_CHECK(freedom >= 1);
  if (freedom <= kQuantiles.size()) return kQuantiles[freedom - 1];
  constexpr double kNormal = 1.959964;
  return kNormal + (kNormal * kNormal * kNormal + kNormal) / (4.0 * static_cast<double>(freedom));
}

Interval mean_interval(std::span<const double> differences) {
  const MeanSd spread = mean_sd(differences);
  const std::uint64_t pairs = differences.size();
  if (pairs < 2) return {spread.mean, kMissing, kMissing, pairs};
  const double half =
      student_quantile(pairs - 1) * spread.sd / std::sqrt(static_cast<double>(pairs));
  return {spread.mean, spread.mean - half, spread.mean + half, pairs};
}

}  // namespace dinas
