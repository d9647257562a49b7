#include "study/best.h"

#include <gtest/gtest.h>

namespace dinas {
namespace {

using State = Observation::State;
using Indices = std::vector<std::size_t>;

SearchTask two_metrics(std::size_t objectives) {
  SearchTask task;
  task.metrics = {{{"accuracy", Direction::kMax, MetricLevel::kCell}, {}},
                  {{"latency", Direction::kMin, MetricLevel::kCell}, {}}};
  task.objectives = objectives;
  return task;
}

TEST(Best, OfOneObjectiveIsTheFirstOfTheHighest) {
  const History history = {{{}, State::kDone, {1, 9}},
                           {{}, State::kDone, {3, 9}},
                           {{}, State::kDone, {3, 1}},
                           {{}, State::kPending, {7, 1}},
                           {{}, State::kFailed, {8, 1}}};
  EXPECT_EQ(best_of(two_metrics(1), history), Indices{1});
}

TEST(Best, KeepsTheLimits) {
  SearchTask task = two_metrics(1);
  task.limits = {{1, 4.0}};
  const History history = {{{}, State::kDone, {9, 4.5}}, {{}, State::kDone, {1, 4}}};
  EXPECT_EQ(best_of(task, history), Indices{1});
  EXPECT_TRUE(best_of(task, {history[0]}).empty());
}

TEST(Best, OfTwoObjectivesIsTheFront) {
  const History history = {{{}, State::kDone, {1, 1}}, {{}, State::kDone, {2, 2}},
                           {{}, State::kDone, {1, 2}},                               // 0 is better
                           {{}, State::kDone, {2, 3}},                               // 1 is better
                           {{}, State::kDone, {3, 5}}, {{}, State::kDone, {2, 2}}};  // equals 1
  EXPECT_EQ(best_of(two_metrics(2), history), (Indices{4, 1, 0}));
}

TEST(Best, OfNothingIsNothing) { EXPECT_TRUE(best_of(two_metrics(1), {}).empty()); }

}  // namespace
}  // namespace dinas
