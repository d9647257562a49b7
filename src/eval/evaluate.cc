#include "eval/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "base/error.h"
#include "eval/controls.h"

namespace dinas {
namespace {

void check(const EvaluateOptions& options) {
  if (options.queries == 0 || options.repeats == 0) {
    throw UsageError(fmt::format("expected at least 1 query and 1 repeat, found {} and {}",
                                 options.queries, options.repeats));
  }
  constexpr std::uint64_t kItems = std::numeric_limits<std::uint32_t>::max();
  if (options.queries > kItems / options.repeats || options.coverage_draws > kItems) {
    throw UsageError(fmt::format(
        "expected at most {} draws, found {} queries x {} repeats and {} draws for coverage",
        kItems, options.queries, options.repeats, options.coverage_draws));
  }
}

/// All samples, and the choice of every repeat from its own.
std::pair<Samples, Picks> draw_all(const Selection& selection, const DrawFunction& draw,
                                   const EvaluateOptions& options) {
  Samples samples;
  // What came out of the next `count` items. Which of them were rejected is not known, so no call
  // goes past the end of coverage.
  const auto take = [&](std::uint64_t count) {
    const std::size_t before = samples.architectures.size();
    const std::uint64_t end = samples.generated + count;
    while (samples.generated < end) {
      const bool covering = samples.generated < options.coverage_draws;
      const std::uint64_t stop = covering ? std::min(end, options.coverage_draws) : end;
      const Draw drawn =
          draw(stop - samples.generated, static_cast<std::uint32_t>(samples.generated));
      samples.generated = stop;
      samples.projected += drawn.projected;
      samples.architectures.insert(samples.architectures.end(), drawn.architectures.begin(),
                                   drawn.architectures.end());
      if (covering) samples.coverage = {stop, samples.architectures.size()};
    }
    return std::span(samples.architectures).subspan(before);
  };
  Picks picks;
  for (std::uint64_t repeat = 0; repeat < options.repeats; ++repeat) {
    picks.push_back(selection.choose(take(options.queries)));
  }
  if (samples.generated < options.coverage_draws) take(options.coverage_draws - samples.generated);
  return {std::move(samples), std::move(picks)};
}

void improve(double& best, double value, Direction direction) {
  if (std::isnan(value)) return;
  if (std::isnan(best) || strictly_better(direction, value, best)) best = value;
}

/// Best value of each metric by itself; NaN where no row has it, nullopt without rows.
std::optional<Pick> best_of_each(const Selection& selection, const std::vector<std::size_t>& rows) {
  if (rows.empty()) return std::nullopt;
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  Pick best{kMissing, kMissing, true};
  for (const std::size_t row : rows) {
    const Pick pick = selection.values(row);
    improve(best.select, pick.select, selection.select().direction);
    improve(best.report, pick.report, selection.report().direction);
  }
  return best;
}

Outcome summarise(const Picks& picks, const std::optional<Pick>& best_possible,
                  Direction direction) {
  std::vector<double> select;
  std::vector<double> report;
  Outcome outcome;
  for (const std::optional<Pick>& pick : picks) {
    if (!pick) continue;
    select.push_back(pick->select);
    report.push_back(pick->report);
    ++outcome.feasible;
    // Outside the bounds on the selected or the reported metric a value may even pass the best.
    const bool reached = best_possible && pick->inside &&
                         at_least_as_good(direction, pick->select, best_possible->select);
    outcome.optimum_found += reached ? 1 : 0;
  }
  outcome.select = mean_sd(select);
  outcome.report = mean_sd(report);
  return outcome;
}

Interval paired_gain(const Picks& generator, const Picks& control, Direction direction) {
  std::vector<double> gains;
  for (std::size_t r = 0; r < generator.size(); ++r) {
    if (!generator[r] || !control[r]) continue;
    const double gain = generator[r]->report - control[r]->report;
    gains.push_back(direction == Direction::kMax ? gain : -gain);
  }
  return mean_interval(gains);
}

}  // namespace

EvaluationReport evaluate(const Table& table, const std::vector<TableBound>& bounds,
                          const DrawFunction& draw, const TrainingFacts& training,
                          const EvaluateOptions& options) {
  check(options);
  const Selection selection(table, bounds, options.select, options.report);
  const std::vector<std::size_t> satisfying = satisfying_rows(table, bounds);
  std::optional<TrainingCells> cells;  // before any draw: there may be none
  if (options.novelty_samples > 0) cells.emplace(table, training.seen_classes);

  EvaluationReport report;
  report.select_metric = options.select;
  report.report_metric = options.report;
  report.labels_used = training.labels_used;
  report.evaluations = options.queries;
  report.repeats = options.repeats;
  report.recall = training.every_label;
  report.train_seconds = training.seconds;
  report.best_possible = best_of_each(selection, satisfying);
  report.selector_limit = selection.limit(satisfying);

  const auto start = std::chrono::steady_clock::now();
  const auto [samples, picks] = draw_all(selection, draw, options);
  report.generate_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  report.quality = measure_quality(samples, table, bounds, training.classes);
  if (cells) {
    report.edit_novelty = cells->measure(
        samples.architectures, {.samples = options.novelty_samples, .threads = options.threads});
  }
  report.outcome = summarise(picks, report.best_possible, options.select.direction);

  const ControlInput input{
      table,  selection, bounds, satisfying, training.labelled_rows, report.quality.coverage.draws,
      options};
  for (ControlRun& run : run_controls(input)) {
    run.control.outcome = summarise(run.picks, report.best_possible, options.select.direction);
    report.versus.emplace_back(run.control.name,
                               paired_gain(picks, run.picks, options.report.direction));
    report.controls.push_back(std::move(run.control));
  }
  return report;
}

}  // namespace dinas
