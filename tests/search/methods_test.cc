// What every search method must keep, and what each is known for.
#include "search/methods.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "base/error.h"
#include "baseline/candidates.h"
#include "baseline/evolution.h"
#include "baseline/local_search.h"
#include "baseline/predictor.h"
#include "baseline/run.h"
#include "baseline/worth.h"
#include "space/nasbench101.h"
#include "space/nasbench201.h"

namespace dinas {
namespace {

double fours(const Architecture& a) {
  return static_cast<double>(std::count(a.begin(), a.end(), 4));
}
double threes(const Architecture& a) {
  return static_cast<double>(std::count(a.begin(), a.end(), 3));
}

/// Metrics of NAS-Bench-201 that are one peak: how many variables hold their last value.
SearchTask peak_task() {
  SearchTask task;
  task.space = make_nasbench201();
  task.metrics = {{{"fours", Direction::kMax, MetricLevel::kCell}, std::nullopt}};
  return task;
}
std::optional<std::vector<double>> peak(const Architecture& a) { return std::vector{fours(a)}; }

std::vector<Architecture> order_of(const History& history) {
  std::vector<Architecture> order;
  for (const Observation& o : history) order.push_back(o.architecture);
  return order;
}

std::set<Architecture> distinct(const History& history) {
  const auto order = order_of(history);
  return {order.begin(), order.end()};
}

class EveryMethod : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] History search(const SearchTask& task, const Evaluator& evaluator,
                               std::uint64_t budget, std::uint64_t seed = 3) const {
    return run_search(*make_search_method(GetParam(), task, seed), evaluator, budget).history;
  }
};
INSTANTIATE_TEST_SUITE_P(All, EveryMethod, testing::ValuesIn(search_method_names()),
                         [](const auto& test) { return test.param; });

TEST_P(EveryMethod, SpendsTheBudgetOnDistinctArchitectures) {
  const SearchTask task = peak_task();
  for (const std::uint64_t budget : {1U, 7U, 60U}) {
    const History history = search(task, peak, budget);
    EXPECT_EQ(history.size(), budget);
    EXPECT_EQ(distinct(history).size(), budget);
    for (const Observation& o : history) EXPECT_TRUE(may_ask(task, o.architecture));
  }
}

TEST_P(EveryMethod, AsksOnlyWhatIsAnswerable) {
  SearchTask task = peak_task();
  task.answerable = [](const Architecture& a) { return a[0] >= 2; };
  for (const Observation& o : search(task, peak, 50)) EXPECT_GE(o.architecture[0], 2);
}

TEST_P(EveryMethod, EndsWhenNothingIsLeft) {
  SearchTask task = peak_task();
  for (std::uint8_t k = 1; k < 5; ++k) {
    for (std::uint8_t m = 0; m < 5; ++m) task.pool.push_back({0, 0, 0, k, m, m});
  }
  task.answerable = [pool = task.pool](const Architecture& a) {
    return std::find(pool.begin(), pool.end(), a) != pool.end();
  };
  EXPECT_EQ(search(task, peak, 100).size(), 20U);
}

TEST_P(EveryMethod, ProposesWhatTheHistorySays) {
  // One that has seen the history grow and one that sees it for the first time agree.
  const SearchTask task = peak_task();
  const auto old = make_search_method(GetParam(), task, 9);
  History history = run_search(*old, peak, 40).history;
  history.push_back({Architecture{1, 1, 1, 1, 1, 1}, Observation::State::kFailed, {}});
  history.push_back({Architecture{1, 1, 1, 1, 1, 2}, Observation::State::kPending, {}});
  std::erase_if(history, [n = 0](const Observation& o) mutable {
    // The two above may have been asked before.
    return n++ < 40 && (o.architecture == Architecture{1, 1, 1, 1, 1, 1} ||
                        o.architecture == Architecture{1, 1, 1, 1, 1, 2});
  });
  const auto fresh = make_search_method(GetParam(), task, 9);
  EXPECT_EQ(old->propose(history, 4), fresh->propose(history, 4));
  history.back().state = Observation::State::kDone;
  history.back().values = {0.0};
  EXPECT_EQ(old->propose(history, 4), make_search_method(GetParam(), task, 9)->propose(history, 4));
}

TEST_P(EveryMethod, DependsOnTheSeed) {
  const SearchTask task = peak_task();
  EXPECT_EQ(order_of(search(task, peak, 30, 1)), order_of(search(task, peak, 30, 1)));
  EXPECT_NE(order_of(search(task, peak, 30, 1)), order_of(search(task, peak, 30, 2)));
}

TEST_P(EveryMethod, LowersTheViolationFirst) {
  // Value pulls towards fours, a limit that is found out only by evaluation allows one.
  SearchTask task = peak_task();
  task.metrics.push_back({{"cost", Direction::kMin, MetricLevel::kCell}, std::nullopt});
  task.limits = {{1, 1.0}};
  const History history = search(
      task,
      [](const Architecture& a) {
        return std::vector{fours(a), fours(a)};
      },
      60);
  const Observation* best = best_result(task, history);
  ASSERT_NE(best, nullptr);
  EXPECT_EQ(best->values[0], 1.0);
}

TEST_P(EveryMethod, NeverAsksWhatAComputedMetricForbids) {
  SearchTask task = peak_task();
  const auto params = computed_metric(*task.space, "cifar10_params_m");
  ASSERT_TRUE(params.has_value());
  task.metrics.push_back({{"cifar10_params_m", Direction::kMin, MetricLevel::kCell}, params});
  task.limits = {{1, 0.3}};
  const auto evaluate = [&](const Architecture& a) {
    return std::vector{fours(a), task.space->compute(*params, a)};
  };
  for (const Observation& o : search(task, evaluate, 50)) EXPECT_LE(o.values[1], 0.3);
}

TEST_P(EveryMethod, ServesSeveralObjectives) {
  SearchTask task = peak_task();
  task.metrics.push_back({{"threes", Direction::kMax, MetricLevel::kCell}, std::nullopt});
  task.objectives = 2;
  const History history = search(
      task,
      [](const Architecture& a) {
        return std::vector{fours(a), threes(a)};
      },
      60);
  EXPECT_EQ(distinct(history).size(), 60U);
}

TEST_P(EveryMethod, KeepsTheRulesOfASpace) {
  SearchTask task = peak_task();
  task.space = make_nasbench101();
  const History history = search(
      task, [](const Architecture& a) { return std::vector{static_cast<double>(a[0] + a[1])}; },
      30);
  EXPECT_EQ(distinct(history).size(), 30U);
  for (const Observation& o : history) {
    EXPECT_TRUE(is_valid(task.space->skeleton(), o.architecture));
  }
}

TEST(Methods, RefuseAnUnknownName) {
  EXPECT_THROW(make_search_method("annealing", peak_task(), 0), UsageError);
}

TEST(Methods, ClimbASinglePeakWhereRandomSearchDoesNot) {
  // P(random search of 150 of 15,625 finds the peak) is below .01 a run; a climb needs at most
  // 6 moves of at most 24 neighbours from any start, and in a random order far fewer.
  const SearchTask task = peak_task();
  const auto found = [&](const char* name, std::uint64_t seed) {
    const auto method = make_search_method(name, task, seed);
    return best_result(task, run_search(*method, peak, 150).history)->values[0] == 6.0 ? 1 : 0;
  };
  int random = 0, evolution = 0, local = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    random += found("random", seed);
    evolution += found("evolution", seed);
    local += found("local", seed);
  }
  EXPECT_LE(random, 3);
  EXPECT_GE(evolution, 15);
  EXPECT_EQ(local, 20);
}

TEST(Methods, PredictorsFindASinglePeakSoon) {
  // Equal values explain the peak exactly: once each value of each variable has been seen, which
  // takes a few more than 10 architectures, the next guess is the peak.
  const SearchTask task = peak_task();
  for (const PredictorOptions& options : {pinned_predictor(), eager_predictor()}) {
    for (std::uint64_t seed = 0; seed < 2; ++seed) {
      const History history = run_search(*make_predictor(task, options, seed), peak, 40).history;
      EXPECT_EQ(best_result(task, history)->values[0], 6.0);
    }
  }
}

TEST(Methods, MovesChangeOneVariable) {
  // Beyond the members it starts from, every architecture of evolution is one change away from an
  // earlier one; so is, beyond 10 starts, one of local search until it has reached the peak.
  const SearchTask task = peak_task();
  const auto distance_to_earlier = [](const History& history, std::size_t i) {
    std::ptrdiff_t least = 99;
    for (std::size_t j = 0; j < i; ++j) {
      const Architecture &a = history[i].architecture, &b = history[j].architecture;
      least = std::min(least, std::inner_product(a.begin(), a.end(), b.begin(), std::ptrdiff_t{0},
                                                 std::plus<>(), std::not_equal_to<>()));
    }
    return least;
  };
  const History evolution = run_search(*make_evolution(task, {12, 10}, 11), peak, 48).history;
  for (std::size_t i = 12; i < 48; ++i) EXPECT_EQ(distance_to_earlier(evolution, i), 1);
  const History local = run_search(*make_local_search(task, 11), peak, 30).history;
  for (std::size_t i = 10; i < 30; ++i) EXPECT_EQ(distance_to_earlier(local, i), 1);
}

TEST(Candidates, MutationsAndCrossingsStayInsideTheRules) {
  const auto space = make_nasbench101();
  RandomStream stream(5, Purpose::kCheck);
  SearchTask task;
  task.space = space;
  const HistoryIndex none;
  Proposal proposal(task, none, 20);
  proposal.fill(stream);
  const std::vector<Architecture> drawn = proposal.take();
  for (std::size_t i = 1; i < drawn.size(); ++i) {
    const Architecture changed = mutated(space->skeleton(), drawn[i], stream);
    EXPECT_NE(changed, drawn[i]);
    EXPECT_TRUE(is_valid(space->skeleton(), changed));
    EXPECT_TRUE(
        is_valid(space->skeleton(), crossed(space->skeleton(), drawn[i], drawn[i - 1], stream)));
  }
}

TEST(Candidates, ACrossingTakesItsValuesFromItsParents) {
  const auto space = make_nasbench201();
  RandomStream stream(5, Purpose::kCheck);
  const Architecture a(6, 1), b(6, 3);
  std::set<Architecture> children;
  for (int i = 0; i < 50; ++i) {
    const Architecture child = crossed(space->skeleton(), a, b, stream);
    for (const std::uint8_t value : child) EXPECT_TRUE(value == 1 || value == 3);
    children.insert(child);
  }
  EXPECT_GT(children.size(), 10U);  // of 64 equally likely ones about 35 are met
}

TEST(Worth, SumsRelativeExcesses) {
  SearchTask task = peak_task();
  task.metrics.push_back({{"cost", Direction::kMin, MetricLevel::kCell}, std::nullopt});
  task.limits = {{1, 4.0}, {0, 0.0}};
  EXPECT_DOUBLE_EQ(violation(task, std::vector{1.0, 6.0}), 0.5);   // (6 - 4) / 4
  EXPECT_DOUBLE_EQ(violation(task, std::vector{-2.0, 6.0}), 2.5);  // a limit of 0 is absolute
  EXPECT_DOUBLE_EQ(violation(task, std::vector{1.0, 4.0}), 0.0);
}

TEST(Worth, ChebyshevIsTheWorstWeighedLossAndALittleOfAll) {
  EXPECT_DOUBLE_EQ(chebyshev(std::vector{0.25, 0.75}, std::vector{0.0, 0.8}),
                   -0.25 - 0.05 * (0.25 + 0.15));
}

}  // namespace
}  // namespace dinas
