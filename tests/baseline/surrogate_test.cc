#include "baseline/surrogate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace dinas {
namespace {

constexpr std::uint8_t kNoOperation = 0, kSkip = 1, kWide = 3;

double count_of(const Architecture& cell, std::uint8_t operation) {
  return static_cast<double>(std::ranges::count(cell, operation));
}

// Values of cells of NAS-Bench-201: two objectives that are counts of operations, and a count that
// may have a limit.
class SurrogateTest : public testing::Test {
 protected:
  SurrogateTest() { task_.space = find_space("nasbench201"); }

  void set(std::size_t objectives, std::vector<Limit> limits) {
    task_.metrics = {{{"wide", Direction::kMax}, {}}};
    if (objectives == 2) task_.metrics.push_back({{"skip", Direction::kMax}, {}});
    task_.metrics.push_back({{"none", Direction::kMin}, {}});
    task_.objectives = objectives;
    task_.limits = std::move(limits);
  }

  [[nodiscard]] Observation evaluated(const Architecture& cell) const {
    Observation o{cell, Observation::State::kDone, {}};
    for (const SearchMetric& metric : task_.metrics) {
      o.values.push_back(count_of(cell, metric.spec.name == "wide"   ? kWide
                                        : metric.spec.name == "skip" ? kSkip
                                                                     : kNoOperation));
    }
    return o;
  }

  // Of what a search of these options picks first after these evaluations.
  [[nodiscard]] std::size_t first(const std::vector<Architecture>& seen,
                                  std::vector<Architecture> candidates,
                                  const std::vector<std::size_t>& pending = {}) const {
    SurrogateOptions options;
    options.choices = {{{0.0, 0.0, 1.0, 0.15}, 0.01}};
    options.optimism = {0.0};
    Surrogate surrogate(task_, options);
    History history;
    for (const Architecture& cell : seen) history.push_back(evaluated(cell));
    EXPECT_TRUE(surrogate.learn(history));
    CandidateSet set(task_, std::move(candidates));
    std::vector<std::uint8_t> closed(set.size(), 0);
    for (const std::size_t i : pending) closed[i] = 1;
    return surrogate.choose(set, closed, pending, 1).front();
  }

  SearchTask task_;
};

const Architecture kBest = {3, 3, 3, 3, 3, 3};
const Architecture kMiddle = {3, 3, 3, 2, 2, 2};
const Architecture kWorst = {2, 2, 2, 2, 2, 2};

TEST_F(SurrogateTest, NothingCanBeSaidWithoutLabels) {
  set(1, {});
  SurrogateOptions options;
  options.choices = {{{0.0, 0.0, 1.0, 0.4}, 0.1}};
  EXPECT_FALSE(Surrogate(task_, options).learn({}));
}

TEST_F(SurrogateTest, TheBestOfTheSeenIsChosenFirst) {
  set(1, {});
  EXPECT_EQ(first({kWorst, kMiddle, kBest}, {kMiddle, kBest, kWorst}), 1U);
}

TEST_F(SurrogateTest, WhatBreaksTheLimitIsNot) {
  const Architecture broken = {3, 3, 3, 3, 3, 0};
  set(1, {{1, 0.5}});  // no operation "none"
  EXPECT_EQ(first({kWorst, kMiddle, broken}, {broken, kMiddle, kWorst}), 1U);
  set(1, {});
  EXPECT_EQ(first({kWorst, kMiddle, broken}, {broken, kMiddle, kWorst}), 0U);
}

// What is being evaluated counts as if it had turned out as expected: its neighbour, which promises
// the same, is worth nothing any more, and what extends the front elsewhere is.
TEST_F(SurrogateTest, ThePendingExtendTheFront) {
  set(2, {});
  const Architecture wide = {3, 3, 3, 3, 3, 1}, wide_too = {3, 3, 3, 3, 1, 3};
  const Architecture skips = {1, 1, 1, 3, 1, 2};
  const std::vector<Architecture> seen = {kWorst, kMiddle, {1, 1, 1, 2, 2, 2}};
  ASSERT_EQ(first(seen, {wide, wide_too, skips}, {}), 0U);
  EXPECT_EQ(first(seen, {wide, wide_too, skips}, {0}), 2U);
}

// What is expected to break a limit would extend no front: while it is pending, its neighbour that
// keeps the limit is worth what it was worth before.
TEST_F(SurrogateTest, ThePendingThatBreakALimitDoNot) {
  const Architecture broken = {3, 3, 3, 1, 1, 0}, both = {3, 3, 3, 1, 1, 2};
  const Architecture skips = {1, 1, 1, 1, 2, 2};
  const std::vector<Architecture> seen = {kWorst, kMiddle, {1, 1, 1, 2, 2, 2}, broken};
  for (const bool limited : {true, false}) {
    set(2, limited ? std::vector<Limit>{{2, 0.5}} : std::vector<Limit>{});
    ASSERT_EQ(first({kWorst, kMiddle, {1, 1, 1, 2, 2, 2}}, {both, skips}), 0U);
    EXPECT_EQ(first(seen, {both, skips, broken}, {2}), limited ? 0U : 1U);
  }
}

}  // namespace
}  // namespace dinas
