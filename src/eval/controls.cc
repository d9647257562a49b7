#include "eval/controls.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>

#include "base/hash.h"
#include "base/parallel.h"
#include "base/random.h"
#include "baseline/evolution.h"
#include "baseline/local_search.h"
#include "baseline/random_search.h"

namespace dinas {
namespace {

using MakeMethod = std::unique_ptr<SearchMethod> (*)(const SearchTask&, std::uint64_t queries,
                                                     std::uint64_t seed);

std::unique_ptr<SearchMethod> random_draws(const SearchTask& task, std::uint64_t,
                                           std::uint64_t seed) {
  return make_random_search(task, seed);
}

/// A population of at most 50, and a quarter of the queries.
std::unique_ptr<SearchMethod> ageing_evolution(const SearchTask& task, std::uint64_t queries,
                                               std::uint64_t seed) {
  EvolutionOptions options;
  options.population = std::clamp<std::uint64_t>(queries / 4, 1, 50);
  options.sample = 10;
  return make_evolution(task, options, seed);
}

std::unique_ptr<SearchMethod> hill_climbing(const SearchTask& task, std::uint64_t,
                                            std::uint64_t seed) {
  return make_local_search(task, seed);
}

Picks search_picks(const ControlInput& input, MakeMethod make) {
  const EvaluateOptions& options = input.options;
  const KnownTask known = input.selection.search();
  Picks picks(options.repeats);
  parallel_for(picks.size(), options.threads, [&](std::size_t repeat, int) {
    const std::uint64_t seed = hash_numbers({options.seed, repeat});
    const auto method = make(known.task, options.queries, seed);
    const SearchRun run = run_search(*method, known.evaluator, options.queries);
    const Observation* best = best_result(known.task, run.history);
    if (best != nullptr)
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
  const std::vector<std::size_t> rows = satisfying_rows(input.table, {});
  const auto judged = static_cast<std::uint64_t>(std::ranges::count_if(
      rows, [&](std::size_t row) { return has_every_value(input.table, input.bounds, row); }));
  const std::uint64_t inside = input.satisfying.size();
  const bool searched = can_search(input.table);
  ControlRun run{{searched ? "uniform_space" : "uniform_table",
                  {},
                  share_of(inside, judged),
                  share_of(0, inside)},
                 searched ? search_picks(input, &random_draws) : pick_from(input, rows)};
  // Every satisfying row is found with the same probability.
  if (inside > 0) {
    const auto n = static_cast<double>(rows.size());
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
  runs.push_back({{"regularised_evolution", {}, {}, {}}, search_picks(input, &ageing_evolution)});
  runs.push_back({{"local_search", {}, {}, {}}, search_picks(input, &hill_climbing)});
  return runs;
}

}  // namespace dinas
