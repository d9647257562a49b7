// Means, spreads and paired differences over repeats.
#pragma once

#include <cstdint>
#include <span>

namespace dinas {

/// numerator / denominator; NaN where the denominator is 0.
double share_of(std::uint64_t numerator, std::uint64_t denominator);

/// NaN where there is no value at all.
struct MeanSd {
  double mean = 0.0;
  double sd = 0.0;  // of a sample (n - 1); 0 for a single value
};
MeanSd mean_sd(std::span<const double> values);

/// Mean of paired differences and its 95 % interval by Student's t; the interval is NaN for fewer
/// than two pairs, everything is for none.
struct Interval {
  double mean = 0.0;
  double low = 0.0;
  double high = 0.0;
  std::uint64_t pairs = 0;
};
Interval mean_interval(std::span<const double> differences);

/// 97.5 % quantile of Student's t: tabulated to three decimals up to 30 degrees of freedom, beyond
/// by the first correction to the normal quantile (error below .004). `freedom` >= 1.
double student_quantile(std::uint64_t freedom);

}  // namespace dinas
