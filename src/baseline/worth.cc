#include "baseline/worth.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dinas {
namespace {

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  [[nodiscard]] double scaled(double value) const {
    return high > low ? (value - low) / (high - low) : 1.0;
  }
};

}  // namespace

double violation(const SearchTask& task, std::span<const double> values) {
  double sum = 0.0;
  for (const Limit& limit : task.limits) {
    const double value = values[limit.metric];
    if (std::isnan(value)) return value;
    if (at_least_as_good(task.metrics[limit.metric].spec.direction, value, limit.value)) continue;
    const double scale = std::abs(limit.value);
    sum += std::abs(value - limit.value) / (scale > 0.0 ? scale : 1.0);
  }
  return sum;
}

bool is_result(const SearchTask& task, const Observation& observation) {
  if (observation.state != Observation::State::kDone) return false;
  if (std::isnan(violation(task, observation.values))) return false;
  return std::none_of(observation.values.begin(),
                      observation.values.begin() + static_cast<std::ptrdiff_t>(task.objectives),
                      [](double v) { return std::isnan(v); });
}

std::vector<double> oriented_objectives(const SearchTask& task, const Observation& observation) {
  std::vector<double> objectives;
  for (std::size_t k = 0; k < task.objectives; ++k) {
    objectives.push_back(oriented(task.metrics[k].spec, observation.values[k]));
  }
  return objectives;
}

std::vector<double> draw_weights(std::size_t objectives, RandomStream& stream) {
  if (objectives == 1) return {1.0};
  // Normalised exponential variables are uniform on the simplex.
  std::vector<double> weights;
  double sum = 0.0;
  for (std::size_t k = 0; k < objectives; ++k) {
    weights.push_back(-std::log(1.0 - stream.uniform()));
    sum += weights.back();
  }
  for (double& w : weights) w /= sum;
  return weights;
}

double chebyshev(std::span<const double> weights, std::span<const double> scaled) {
  constexpr double kAugmentation = 0.05;
  double worst = 0.0, sum = 0.0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const double loss = weights[k] * (1.0 - scaled[k]);
    worst = k == 0 ? loss : std::max(worst, loss);
    sum += loss;
  }
  return -worst - kAugmentation * sum;
}

std::vector<std::optional<Score>> scores(const SearchTask& task,
                                         std::span<const Observation> history,
                                         RandomStream& stream) {
  std::vector<Range> ranges(task.objectives);
  std::vector<std::optional<Score>> result(history.size());
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (!is_result(task, history[i])) continue;
    const std::vector<double> objectives = oriented_objectives(task, history[i]);
    for (std::size_t k = 0; k < ranges.size(); ++k) ranges[k].take(objectives[k]);
    result[i] = Score{violation(task, history[i].values), objectives.front()};
  }
  if (task.objectives == 1) return result;
  const std::vector<double> weights = draw_weights(task.objectives, stream);
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (!result[i]) continue;
    std::vector<double> scaled = oriented_objectives(task, history[i]);
    for (std::size_t k = 0; k < ranges.size(); ++k) scaled[k] = ranges[k].scaled(scaled[k]);
    result[i]->value = chebyshev(weights, scaled);
  }
  return result;
}

}  // namespace dinas
