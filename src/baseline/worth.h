// What results are worth: under limits, and where several objectives are one for a while.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "baseline/task.h"

namespace dinas {

/// The value, or its negative where lower is better: higher is better.
inline double oriented(const MetricSpec& spec, double value) {
  return spec.direction == Direction::kMax ? value : -value;
}

/// Sum over the broken limits of the excess relative to the limit (absolute where the limit is 0);
/// NaN where a limited metric is missing. `values`: [metrics]
double violation(const SearchTask& task, std::span<const double> values);

/// Finished, with all objectives and all limited metrics.
bool is_result(const SearchTask& task, const Observation& observation);

/// The objectives, oriented. [objectives]
std::vector<double> oriented_objectives(const SearchTask& task, const Observation& observation);

/// A weight for each objective, uniform over the simplex; 1 for a single one.
std::vector<double> draw_weights(std::size_t objectives, RandomStream& stream);

/// Augmented Chebyshev function (Knowles, IEEE TEC 2006), higher is better: of the objectives u,
/// scaled so that 1 is best, -max_k w_k (1 - u_k) - 0.05 sum_k w_k (1 - u_k).
double chebyshev(std::span<const double> weights, std::span<const double> scaled);

/// Worth of every result; nullopt of what is none. With several objectives they are scaled
/// by their range in the history and made one by random weights.
std::vector<std::optional<Score>> scores(const SearchTask& task,
                                         std::span<const Observation> history,
                                         RandomStream& stream);

}  // namespace dinas
