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

std::vector<std::optional<std::vector<double>>> outcomes(const SearchTask& task,
                                                         const History& history) {
  std::vector<std::optional<std::vector<double>>> result(history.size());
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Observation& o = history[i];
    if (o.state != Observation::State::kDone || std::isnan(violation(task, o.values))) continue;
    std::vector<double> objectives;
    for (std::size_t k = 0; k < task.objectives; ++k) {
      objectives.push_back(oriented(task.metrics[k].spec, o.values[k]));
    }
    if (std::ranges::none_of(objectives, [](double v) { return std::isnan(v); })) {
      result[i] = std::move(objectives);
    }
  }
  return result;
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

std::vector<std::optional<Score>> scores(const SearchTask& task, const History& history,
                                         RandomStream& stream) {
  const auto known = outcomes(task, history);
  std::vector<Range> ranges(task.objectives);
  for (const auto& objectives : known) {
    for (std::size_t k = 0; objectives && k < ranges.size(); ++k) ranges[k].take((*objectives)[k]);
  }
  const std::vector<double> weights = draw_weights(task.objectives, stream);
  std::vector<std::optional<Score>> result(history.size());
  std::vector<double> scaled(task.objectives);
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (!known[i]) continue;
    for (std::size_t k = 0; k < scaled.size(); ++k) scaled[k] = ranges[k].scaled((*known[i])[k]);
    const double value = task.objectives == 1 ? known[i]->front() : chebyshev(weights, scaled);
    result[i] = Score{violation(task, history[i].values), value};
  }
  return result;
}

}  // namespace dinas
