#include "baseline/surrogate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "baseline/worth.h"

namespace dinas {
namespace {

/// The oriented limit on a metric; NaN: there is none.
double limit_on(const SearchTask& task, std::size_t metric) {
  for (const Limit& limit : task.limits) {
    if (limit.metric == metric) return oriented(task.metrics[metric].spec, limit.value);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

CodeTable coded(const Space& space, const std::vector<Architecture>& architectures) {
  const SearchFeatures features(space);
  std::vector<std::vector<std::uint8_t>> rows;
  for (const Architecture& a : architectures) rows.push_back(features.codes(a));
  return {features.size(), rows};
}

}  // namespace

CandidateSet::CandidateSet(const SearchTask& task, std::vector<Architecture> architectures)
    : architectures_(std::move(architectures)),
      codes_(coded(*task.space, architectures_)),
      computed_(task.metrics.size()),
      posteriors_(task.metrics.size()),
      generations_(task.metrics.size(), 0) {
  for (std::size_t m = 0; m < task.metrics.size(); ++m) {
    const SearchMetric& metric = task.metrics[m];
    if (!metric.computed) continue;
    for (const Architecture& a : architectures_) {
      computed_[m].push_back(oriented(metric.spec, task.space->compute(*metric.computed, a)));
    }
  }
}

Surrogate::Surrogate(const SearchTask& task, SurrogateOptions options)
    : task_(task),
      features_(*task.space),
      options_(std::move(options)),
      models_(task.metrics.size()),
      scales_(task.metrics.size()),
      ranges_(task.objectives) {
  options_.choices = choices_for(*task.space, std::move(options_.choices));
  for (std::size_t m = 0; m < models_.size(); ++m) {
    if (matters(m) && !task.metrics[m].computed) {
      models_[m].emplace(features_, options_.choices);
    }
  }
}

bool Surrogate::matters(std::size_t metric) const {
  return metric < task_.objectives || !std::isnan(limit_on(task_, metric));
}

bool Surrogate::learn(const History& history) {
  optimism_ = options_.optimism[history.size() % options_.optimism.size()];
  for (std::size_t m = 0; m < models_.size(); ++m) {
    if (!matters(m)) continue;
    std::vector<const Architecture*> places;
    std::vector<double> labels;
    for (const Observation& o : history) {
      if (o.state != Observation::State::kDone || !std::isfinite(o.values[m])) continue;
      places.push_back(&o.architecture);
      labels.push_back(oriented(task_.metrics[m].spec, o.values[m]));
    }
    if (labels.empty()) return false;
    if (models_[m]) {
      models_[m]->learn(places, labels, limit_on(task_, m));
      scales_[m] = models_[m]->scale();
    } else {
      scales_[m] = LabelScale(labels, limit_on(task_, m));
    }
    if (m < task_.objectives) {
      const auto [low, high] = std::ranges::minmax(labels);
      ranges_[m] = {low, high};
    }
  }
  if (task_.objectives > 1) remember_front(history);
  return true;
}

void Surrogate::remember_front(const History& history) {
  known_.clear();
  for (const Observation& o : history) {
    if (!is_result(task_, o) || violation(task_, o.values) > 0.0) continue;
    known_.push_back(scaled(oriented_objectives(task_, o)));
  }
}

Point Surrogate::scaled(Point point) const {
  for (std::size_t k = 0; k < point.size(); ++k) {
    const auto [low, high] = ranges_[k];
    point[k] = high > low ? (point[k] - low) / (high - low) : point[k] - low;
  }
  return point;
}

void Surrogate::predict(CandidateSet& candidates) const {
  for (std::size_t m = 0; m < models_.size(); ++m) {
    if (!models_[m]) continue;
    auto& posterior = candidates.posteriors_[m];
    if (posterior && candidates.generations_[m] == models_[m]->generation()) {
      posterior->update();
      continue;
    }
    posterior = std::make_unique<Posterior>(models_[m]->process(), candidates.codes_);
    candidates.generations_[m] = models_[m]->generation();
  }
}

/// What several objectives are if all turn out well.
Point Surrogate::hope(const CandidateSet& candidates, std::size_t candidate,
                      double optimism) const {
  Point point;
  for (std::size_t m = 0; m < task_.objectives; ++m) {
    const auto& posterior = candidates.posteriors_[m];
    point.push_back(posterior ? scales_[m].label(posterior->mean(candidate) +
                                                 optimism * posterior->deviation(candidate))
                              : candidates.computed_[m][candidate]);
  }
  return scaled(std::move(point));
}

double Surrogate::merit(const CandidateSet& candidates, std::size_t candidate,
                        const FrontGain& gain) const {
  const double feasible = log_feasible(candidates, candidate);
  if (task_.objectives > 1) {
    const double volume = gain(hope(candidates, candidate, optimism_));
    return volume > 0.0 ? volume * std::exp(feasible) : volume + feasible;
  }
  const auto& posterior = candidates.posteriors_.front();
  return feasible + (posterior
                         ? posterior->mean(candidate) + optimism_ * posterior->deviation(candidate)
                         : scales_.front()(candidates.computed_.front()[candidate]));
}

bool Surrogate::is_likely_feasible(const CandidateSet& candidates, std::size_t candidate) const {
  return std::ranges::all_of(task_.limits, [&](const Limit& limit) {
    const auto& posterior = candidates.posteriors_[limit.metric];
    if (!posterior) return true;  // computed: what breaks it is no candidate
    return scales_[limit.metric].label(posterior->mean(candidate)) >=
           oriented(task_.metrics[limit.metric].spec, limit.value);
  });
}

double Surrogate::log_feasible(const CandidateSet& candidates, std::size_t candidate) const {
  double sum = 0.0;
  for (const Limit& limit : task_.limits) {
    const auto& posterior = candidates.posteriors_[limit.metric];
    if (!posterior) continue;  // computed: what breaks it is no candidate
    const GaussianProcess& process = models_[limit.metric]->process();
    const double bound =
        scales_[limit.metric](oriented(task_.metrics[limit.metric].spec, limit.value));
    const double deviation = posterior->deviation(candidate);
    const double spread = std::sqrt(deviation * deviation + process.noise() * process.amplitude());
    sum += log_normal_cdf((posterior->mean(candidate) - bound) / spread);
  }
  return sum;
}

std::vector<std::size_t> Surrogate::choose(CandidateSet& candidates,
                                           std::vector<std::uint8_t> closed,
                                           const std::vector<std::size_t>& pending,
                                           std::size_t count) const {
  DINAS_CHECK(closed.size() == candidates.size());
  predict(candidates);
  // A front counts from the worst values that have been seen.
  FrontGain gain(known_, Point(task_.objectives, 0.0));
  const auto suppose = [&](std::size_t candidate) {
    if (task_.objectives > 1 && is_likely_feasible(candidates, candidate)) {
      gain.add(hope(candidates, candidate, 0.0));
    }
    for (auto& posterior : candidates.posteriors_) {
      if (posterior) posterior->suppose(candidate);
    }
  };
  std::ranges::for_each(pending, suppose);
  std::vector<std::size_t> chosen;
  while (chosen.size() < count) {
    std::optional<std::size_t> best;
    double most = 0.0;
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      if (closed[c] != 0) continue;
      const double here = merit(candidates, c, gain);
      if (!best || here > most) {
        best = c;
        most = here;
      }
    }
    if (!best) break;
    closed[*best] = 1;
    chosen.push_back(*best);
    if (chosen.size() < count) suppose(*best);
  }
  return chosen;
}

}  // namespace dinas
