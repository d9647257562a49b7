#include "eval/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "base/error.h"
#include "base/parallel.h"
#include "baseline/pareto.h"
#include "baseline/worth.h"

namespace dinas {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// 0 at the worst, 1 at the best value of the target's ranges.
Point scaled_point(const SearchTask& task, const SearchTarget& target, const Observation& o) {
  Point point;
  for (std::size_t k = 0; k < task.objectives; ++k) {
    const auto [worst, best] = target.ranges[k];
    point.push_back(best == worst ? 1.0 : (o.values[k] - worst) / (best - worst));
  }
  return point;
}

/// Best so far of one run. [budget]
std::vector<double> best_so_far(const SearchTask& task, const SearchTarget& target,
                                const History& history, std::uint64_t budget) {
  std::vector<double> curve;
  std::vector<Point> front;
  double best = task.objectives == 1 ? kNone : 0.0;
  for (std::uint64_t i = 0; i < budget; ++i) {
    const bool counts = i < history.size() && is_result(task, history[i]) &&
                        violation(task, history[i].values) == 0.0;
    if (counts && task.objectives == 1) {
      const double value = history[i].values[0];
      if (!at_least_as_good(task.metrics[0].spec.direction, best, value)) best = value;
    } else if (counts) {
      front.push_back(scaled_point(task, target, history[i]));
      best = hypervolume(front, Point(task.objectives, 0.0)) / target.hypervolume;
      const std::vector<std::size_t> number = fronts(front);
      std::size_t place = 0;
      std::erase_if(front, [&](const Point&) { return number[place++] > 0; });
    }
    curve.push_back(best);
  }
  return curve;
}

/// Linear between order statistics, as in R's default. `sorted`: not empty.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = place - static_cast<double>(below);
  // Not the difference times the part: infinite values stay what they are.
  return part == 0.0 ? sorted[below] : (1.0 - part) * sorted[below] + part * sorted[above];
}

CompareCurve summarise(const std::vector<std::vector<double>>& best) {
  CompareCurve curve;
  for (std::size_t i = 0; i < best.front().size(); ++i) {
    std::vector<double> values;
    for (const auto& run : best) {
      if (!std::isnan(run[i])) values.push_back(run[i]);
    }
    std::ranges::sort(values);
    curve.mean.push_back(mean_sd(values).mean);
    curve.low.push_back(values.empty() ? kNone : quantile(values, 0.25));
    curve.median.push_back(values.empty() ? kNone : quantile(values, 0.5));
    curve.high.push_back(values.empty() ? kNone : quantile(values, 0.75));
  }
  return curve;
}

/// Evaluations until the curve is within `distance` of the optimum; nullopt: never.
std::optional<double> evaluations_to(const std::vector<double>& curve, double optimum,
                                     double distance) {
  for (std::size_t i = 0; i < curve.size(); ++i) {
    // A hair for numbers that are decimal in the table.
    if (std::abs(curve[i] - optimum) <= distance + 1e-9) return static_cast<double>(i + 1);
  }
  return std::nullopt;
}

void measure_against_optimum(MethodOutcome& outcome, const SearchTarget& target,
                             const CompareOptions& options) {
  const auto budget = static_cast<double>(options.budget);
  std::vector<double> hits, to_optimum, to_near, regrets, small;
  for (const std::vector<double>& curve : outcome.best) {
    const auto found = evaluations_to(curve, *target.optimum, options.tolerance);
    hits.push_back(found ? 1.0 : 0.0);
    to_optimum.push_back(found.value_or(budget));
    to_near.push_back(evaluations_to(curve, *target.optimum, kNearOptimum).value_or(budget));
    const double last = std::isnan(curve.back()) ? target.worst.value_or(kNone) : curve.back();
    regrets.push_back(std::abs(last - *target.optimum));
    small.push_back(!std::isnan(curve.back()) && regrets.back() <= kSmallRegret ? 1.0 : 0.0);
  }
  outcome.hit_share = mean_sd(hits).mean;
  outcome.evaluations_to_optimum = mean_sd(to_optimum).mean;
  outcome.evaluations_to_near = mean_sd(to_near).mean;
  outcome.regret = mean_sd(regrets).mean;
  outcome.small_regret_share = mean_sd(small).mean;
}

std::vector<PairedDifference> pair_up(const SearchTask& task, const Comparison& comparison) {
  std::vector<PairedDifference> differences;
  const bool lower_is_better =
      task.objectives == 1 && task.metrics[0].spec.direction == Direction::kMin;
  for (std::size_t a = 0; a < comparison.methods.size(); ++a) {
    for (std::size_t b = a + 1; b < comparison.methods.size(); ++b) {
      const MethodOutcome& first = comparison.methods[a];
      const MethodOutcome& second = comparison.methods[b];
      for (const std::uint64_t at : comparison.checkpoints) {
        std::vector<double> values;
        for (std::size_t s = 0; s < first.best.size(); ++s) {
          const double difference = first.best[s][at - 1] - second.best[s][at - 1];
          if (!std::isnan(difference)) values.push_back(lower_is_better ? -difference : difference);
        }
        differences.push_back({first.name, second.name, at, mean_interval(values)});
      }
    }
  }
  return differences;
}

std::vector<std::uint64_t> checkpoints_up_to(std::uint64_t budget) {
  std::vector<std::uint64_t> result;
  for (const std::uint64_t at : {10U, 20U, 30U, 50U, 100U, 150U, 200U, 300U, 500U, 1000U}) {
    if (at < budget) result.push_back(at);
  }
  result.push_back(budget);
  return result;
}

void check_options(const std::vector<ComparedMethod>& methods, const CompareOptions& options) {
  if (methods.empty()) throw UsageError("expected at least one method to compare, found none");
  if (options.seeds == 0) throw UsageError("expected at least 1 seed, found 0");
  std::set<std::string> names;
  for (const ComparedMethod& method : methods) {
    if (names.insert(method.name).second) continue;
    throw UsageError(
        fmt::format("method '{}' is given twice: name every method once", method.name));
  }
}

/// What one run leaves.
struct Trial {
  std::vector<double> best;
  double reported = kNone;
  double evaluations = 0.0;
  double seconds = 0.0;
};

MethodOutcome gather(std::string name, std::span<Trial> trials) {
  MethodOutcome outcome;
  outcome.name = std::move(name);
  for (Trial& trial : trials) {
    outcome.best.push_back(std::move(trial.best));
    outcome.reported.push_back(trial.reported);
    outcome.evaluations += trial.evaluations / static_cast<double>(trials.size());
    outcome.seconds += trial.seconds / static_cast<double>(trials.size());
  }
  outcome.curve = summarise(outcome.best);
  return outcome;
}

}  // namespace

Comparison compare_methods(const SearchTask& task, const SearchTarget& target,
                           const Evaluator& evaluator,
                           const std::function<double(const Architecture&)>& report,
                           const std::vector<ComparedMethod>& methods,
                           const CompareOptions& options) {
  check_options(methods, options);
  std::vector<Trial> trials(methods.size() * options.seeds);
  // Neighbours in the list are of different methods, so that threads share slow and fast ones.
  parallel_for(trials.size(), options.threads, [&](std::size_t item, int) {
    const std::size_t m = item % methods.size(), seed = item / methods.size();
    const auto method = methods[m].make(task, options.first_seed + seed);
    const SearchRun run = run_search(*method, evaluator, options.budget);
    Trial& trial = trials[m * options.seeds + seed];
    trial.best = best_so_far(task, target, run.history, options.budget);
    trial.evaluations = static_cast<double>(run.history.size());
    trial.seconds = run.seconds;
    if (!report) return;
    const Observation* best = best_result(task, run.history);
    if (best != nullptr) trial.reported = report(best->architecture);
  });
  Comparison comparison{checkpoints_up_to(options.budget), {}, {}};
  for (std::size_t m = 0; m < methods.size(); ++m) {
    comparison.methods.push_back(
        gather(methods[m].name, std::span(trials).subspan(m * options.seeds, options.seeds)));
    if (!report) comparison.methods.back().reported.clear();
    if (target.optimum) measure_against_optimum(comparison.methods.back(), target, options);
  }
  comparison.differences = pair_up(task, comparison);
  return comparison;
}

SearchTarget listed_target(const SearchTask& task, const Evaluator& evaluator) {
  SearchTarget target;
  std::vector<Observation> kept;
  target.ranges.assign(task.objectives, {kNone, kNone});
  for (const Architecture& architecture : task.pool) {
    const auto values = evaluator(architecture);
    if (!values) continue;
    Observation o{architecture, Observation::State::kDone, *values};
    if (!is_result(task, o)) continue;
    for (std::size_t k = 0; k < task.objectives; ++k) {
      const Direction direction = task.metrics[k].spec.direction;
      auto& [worst, best] = target.ranges[k];
      if (!at_least_as_good(direction, best, o.values[k])) best = o.values[k];
      if (!at_least_as_good(direction, o.values[k], worst)) worst = o.values[k];
    }
    if (violation(task, o.values) == 0.0) kept.push_back(std::move(o));
  }
  if (kept.empty()) {
    throw UsageError("no known architecture keeps every bound: relax the bounds");
  }
  if (task.objectives == 1) {
    const auto [low, high] =
        std::ranges::minmax(kept, {}, [](const Observation& o) { return o.values[0]; });
    const bool maximise = task.metrics[0].spec.direction == Direction::kMax;
    target.optimum = maximise ? high.values[0] : low.values[0];
    target.worst = maximise ? low.values[0] : high.values[0];
    return target;
  }
  std::vector<Point> points;
  for (const Observation& o : kept) points.push_back(scaled_point(task, target, o));
  target.hypervolume = hypervolume(std::move(points), Point(task.objectives, 0.0));
  if (target.hypervolume <= 0.0) {
    throw UsageError(
        "the objectives span no area: one of them has the same value everywhere, leave it out");
  }
  return target;
}

}  // namespace dinas
