#include "eval/selection.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "baseline/candidates.h"
#include "baseline/worth.h"
#include "eval/tiny_table.h"

namespace dinas {
namespace {

using tiny::kCells;
using tiny::latency_at_most;
using tiny::test_at_least;
using tiny::valid_at_least;
using Rows = std::vector<std::size_t>;

const Criterion kValid{"valid", Direction::kMax};
const Criterion kTest{"test", Direction::kMax};
const Criterion kLatency{"latency", Direction::kMin};
const Rows kAll = {0, 1, 2, 3, 4, 5};

TEST(Direction, MissingValuesWinNothing) {
  EXPECT_TRUE(at_least_as_good(Direction::kMax, 2, 2));
  EXPECT_TRUE(at_least_as_good(Direction::kMin, 1, 2));
  EXPECT_FALSE(strictly_better(Direction::kMin, 2, 2));
  for (const Direction d : {Direction::kMax, Direction::kMin}) {
    EXPECT_FALSE(at_least_as_good(d, tiny::kNone, 2));
    EXPECT_FALSE(strictly_better(d, tiny::kNone, 2));
  }
}

TEST(Selection, DoesNotPeekAtTheReportedMetric) {
  // Row 0 has the best valid (90) and test 80; row 1 has the best test (90) and valid 80.
  const Table table = tiny::make_table();
  const Pick pick = *Selection(table, {}, kValid, kTest).choose(kAll);
  EXPECT_EQ(pick.select, 90);
  EXPECT_EQ(pick.report, 80);
  // Not even a bound on the reported metric that row 0 breaks may turn the choice.
  const std::vector<TableBound> bounds = {test_at_least(85)};
  EXPECT_EQ(Selection(table, bounds, kValid, kTest).choose(kAll)->report, 80);
  // The same bound counts once another metric is reported.
  EXPECT_EQ(Selection(table, bounds, kValid, kLatency).choose(kAll)->select, 85);
}

TEST(Selection, CandidatesAreKnownAndKeepTheOtherBounds) {
  const Table table = tiny::make_table();
  const std::vector<TableBound> bounds = {latency_at_most(5), valid_at_least(99)};
  const Selection selection(table, bounds, kValid, kTest);
  Rows candidates;
  for (const std::size_t row : kAll) {
    if (selection.candidate(row)) candidates.push_back(row);
  }
  // Row 3 is too slow, row 4 degenerate, row 5 without a selected value.
  EXPECT_EQ(candidates, (Rows{0, 1, 2}));
  EXPECT_FALSE(selection.choose(Rows{3, 4, 5}).has_value());
  EXPECT_FALSE(selection.choose(Rows{}).has_value());
}

TEST(Selection, FollowsTheDirection) {
  const Table table = tiny::make_table();
  const Pick pick = *Selection(table, {}, kLatency, kTest).choose(kAll);
  EXPECT_EQ(pick.select, 2);
  EXPECT_EQ(pick.report, 60);
}

TEST(Selection, TiesGoToTheFirstAndToTheMeanInTheLimit) {
  const Table table = tiny::make_table();
  const Selection selection(table, {}, kValid, kTest);  // rows 2 and 3 share valid 85
  EXPECT_EQ(selection.choose(Rows{1, 3, 2})->report, 70);
  EXPECT_EQ(selection.choose(Rows{1, 2, 3})->report, 85);
  EXPECT_EQ(selection.limit(Rows{1, 2, 3})->report, 77.5);
  EXPECT_EQ(selection.limit(Rows{1, 2, 3})->select, 85);
  EXPECT_FALSE(selection.limit(Rows{4}).has_value());
}

double violation_of(const KnownTask& known, const Architecture& architecture) {
  return violation(known.task, *known.evaluator(architecture));
}

TEST(Selection, TaskOfSearches) {
  const Table table = tiny::make_table();
  // Bounds on the selected and the reported metric have no part in the violation.
  const std::vector<TableBound> bounds = {latency_at_most(4), valid_at_least(99),
                                          test_at_least(99)};
  const Selection selection(table, bounds, kValid, kTest);
  const KnownTask known = selection.search();
  EXPECT_EQ(violation_of(known, kCells[1]), 0.0);
  EXPECT_EQ(known.evaluator(kCells[1])->front(), 80.0);
  EXPECT_DOUBLE_EQ(violation_of(known, kCells[3]), 0.5);  // (6 - 4) / 4
  EXPECT_EQ(known.task.pool.size(), 4U);
  EXPECT_FALSE(may_ask(known.task, kCells[4]));  // degenerate
  EXPECT_FALSE(may_ask(known.task, kCells[5]));  // valid is missing
  EXPECT_FALSE(may_ask(known.task, tiny::kUnknown));
}

TEST(Selection, TaskOfSearchesKeepsDirectionsAndAddsViolations) {
  const Table table = tiny::make_table();
  const std::vector<TableBound> bounds = {valid_at_least(100), test_at_least(-10),
                                          latency_at_most(0)};
  const Selection by_latency(table, bounds, kLatency, kTest);
  const KnownTask least = by_latency.search();
  EXPECT_DOUBLE_EQ(violation_of(least, kCells[0]), 0.1);
  EXPECT_EQ(least.evaluator(kCells[0])->front(), 5.0);
  EXPECT_EQ(least.task.metrics.front().spec.direction, Direction::kMin);
  // A threshold of 0 has no relative excess: the excess itself is added.
  const Selection by_test(table, bounds, kTest, kTest);
  EXPECT_DOUBLE_EQ(violation_of(by_test.search(), kCells[0]), 0.1 + 5.0);
}

TEST(Selection, RefusesUnknownMetrics) {
  const Table table = tiny::make_table();
  EXPECT_THROW(Selection(table, {}, {"accuracy", Direction::kMax}, kTest), UsageError);
  EXPECT_THROW(Selection(table, {}, kTest, {"accuracy", Direction::kMax}), UsageError);
}

}  // namespace
}  // namespace dinas
