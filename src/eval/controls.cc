#include "eval/controls.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "base/parallel.h"
#include "base/random.h"
#include "baseline/search.h"

namespace dinas {
namespace {

using Search = SearchResult (*)(const Skeleton&, const Objective&, const SearchOptions&);

Picks run_search(const ControlInput& input, Search search) {
  const EvaluateOptions& options = input.options;
  const Objective objective = input.selection.objective();
  const Skeleton& skeleton = input.table.space().skeleton();
  Picks picks(options.repeats);
  parallel_for(picks.size(), options.threads, [&](std::size_t repeat, int) {
    const SearchResult result = search(
        skeleton, objective, {options.queries, options.seed, static_cast<std::uint32_t>(repeat)});
    const Evaluated* best = result.best();
    if (best == nullptr || best->score.violation > 0.0) return;
    picks[repeat] = input.selection.values(*input.table.find(best->architecture));
  });
  return picks;
}

/// Expected distinct members of a set of `size` in `draws` uniform draws with replacement.
double expected_distinct(double size, std::uint64_t draws) {
  return size * (1.0 - std::pow(1.0 - 1.0 / size, static_cast<double>(draws)));
}

std::vector<std::size_t> without_replacement(std::vector<std::size_t> rows, std::uint64_t count,
                                             RandomStream& stream) {
  const std::size_t taken = std::min<std::size_t>(rows.size(), count);
  for (std::size_t i = 0; i < taken; ++i) {
    std::swap(rows[i], rows[i + stream.below(static_cast<std::uint32_t>(rows.size() - i))]);
  }
  rows.resize(taken);
  return rows;
}

/// Can a search walk in the space by what the table knows of it? In a space too large to list whose
/// table has less than one combination in a hundred, neighbours are hardly ever known.
bool can_search(const Table& table) {
  if (table.space().enumerable()) return true;
  constexpr std::uint64_t kLeastShare = 100;
  const auto combinations = combination_count(table.space().skeleton());
  return combinations && *combinations / kLeastShare <= table.rows();
}

/// Every repeat chooses from as many rows as there are queries.
Picks pick_from(const ControlInput& input, const std::vector<std::size_t>& rows) {
  Picks picks(input.options.repeats);
  for (std::size_t repeat = 0; repeat < picks.size(); ++repeat) {
    RandomStream stream(input.options.seed, Purpose::kControl, static_cast<std::uint32_t>(repeat));
    picks[repeat] =
        input.selection.choose(without_replacement(rows, input.options.queries, stream));
  }
  return picks;
}

ControlRun uniform_space(const ControlInput& input) {
  const std::uint64_t rows = satisfying_rows(input.table, {}).size();
  const std::uint64_t inside = input.satisfying.size();
  const bool searched = can_search(input.table);
  ControlRun run{{searched ? "uniform_space" : "uniform_table",
                  {},
                  share_of(inside, rows),
                  share_of(0, inside)},
                 searched ? run_search(input, &random_search)
                          : pick_from(input, satisfying_rows(input.table, {}))};
  // Every satisfying row is found with the same probability.
  if (inside > 0) {
    const auto n = static_cast<double>(rows);
    run.control.coverage = expected_distinct(n, input.coverage_draws) / n;
  }
  return run;
}

ControlRun uniform_training(const ControlInput& input) {
  std::vector<std::size_t> labelled = *input.labelled_rows;
  std::sort(labelled.begin(), labelled.end());
  std::vector<std::size_t> inside;
  std::set_intersection(labelled.begin(), labelled.end(), input.satisfying.begin(),
                        input.satisfying.end(), std::back_inserter(inside));
  ControlRun run{{"uniform_training",
                  {},
                  std::numeric_limits<double>::quiet_NaN(),
                  share_of(0, input.satisfying.size())},
                 Picks(input.options.repeats)};
  if (inside.empty()) return run;
  run.picks = pick_from(input, inside);
  run.control.inside = 1.0;
  run.control.coverage =
      expected_distinct(static_cast<double>(inside.size()), input.coverage_draws) /
      static_cast<double>(input.satisfying.size());
  return run;
}

ControlRun best_training_label(const ControlInput& input) {
  return {{"best_training_label", {}, {}, {}},
          Picks(input.options.repeats, input.selection.limit(*input.labelled_rows))};
}

}  // namespace

std::vector<ControlRun> run_controls(const ControlInput& input) {
  std::vector<ControlRun> runs{uniform_space(input)};
  if (input.labelled_rows) {
    runs.push_back(uniform_training(input));
    runs.push_back(best_training_label(input));
  }
  if (!can_search(input.table)) return runs;
  runs.push_back(
      {{"regularised_evolution", {}, {}, {}}, run_search(input, &regularised_evolution)});
  runs.push_back({{"local_search", {}, {}, {}}, run_search(input, &local_search)});
  return runs;
}

}  // namespace dinas
