#include "eval/search_task.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "baseline/candidates.h"
#include "eval/tiny_table.h"

namespace dinas {
namespace {

using tiny::kCells;

const MetricSpec kTestMetric{"test", Direction::kMax, MetricLevel::kCell};
const MetricSpec kPaths{"paths", Direction::kMax, MetricLevel::kCell};
const AskedLimit kTwoPaths{"paths", Direction::kMax, 2.0};

SearchTask asked(const std::vector<MetricSpec>& objectives,
                 const std::vector<AskedLimit>& limits = {}) {
  return asked_task(make_nasbench201(), objectives, limits);
}

/// The cells of the tiny table have 1, 1, 2, 2, 0 and 1 paths.
Table table_with_paths(const std::vector<double>& paths) {
  Table table = tiny::make_table();
  table.add_column("paths", "tiny").values = paths;
  return table;
}

TEST(SearchTask, HasTheObjectivesFirst) {
  const SearchTask task =
      asked({kTestMetric}, {{"latency", Direction::kMin, 4.0}, {"test", Direction::kMax, 70.0}});
  EXPECT_EQ(task.objectives, 1U);
  ASSERT_EQ(task.metrics.size(), 2U);
  EXPECT_EQ(task.metrics[0].spec, kTestMetric);
  EXPECT_EQ(task.metrics[1].spec.name, "latency");
  ASSERT_EQ(task.limits.size(), 2U);
  EXPECT_EQ(task.limits[0].metric, 1U);
  EXPECT_EQ(task.limits[0].value, 4.0);
  EXPECT_EQ(task.limits[1].metric, 0U);
}

TEST(SearchTask, RefusesWhatMakesNoSense) {
  EXPECT_THROW(asked({}), UsageError);
  EXPECT_THROW(asked({kTestMetric, kTestMetric}), UsageError);
  EXPECT_THROW(asked({kTestMetric}, {{"test", Direction::kMin, 80.0}}), UsageError);
  EXPECT_THROW(asked({kTestMetric}, {kTwoPaths, kTwoPaths}), UsageError);
  EXPECT_THROW(computed_task(asked({kTestMetric})), UsageError);
  EXPECT_THROW(table_task(asked({kPaths}), tiny::make_table(), {}), UsageError);
  EXPECT_THROW(asked_limit(parse_bound("test top 5%")), UsageError);
}

TEST(SearchTask, KnowsWhatTheSpaceComputesUnlessItIsAllThatIsSought) {
  SearchTask task = asked({kTestMetric}, {kTwoPaths});
  mark_computed(task, nullptr);
  EXPECT_FALSE(task.metrics[0].computed);
  EXPECT_TRUE(task.metrics[1].computed);
  task = asked({kTestMetric, kPaths});
  mark_computed(task, nullptr);
  EXPECT_TRUE(task.metrics[1].computed);
  task = asked({kPaths}, {{"conv_depth", Direction::kMax, 1.0}});
  mark_computed(task, nullptr);
  EXPECT_FALSE(task.metrics[0].computed);
  EXPECT_TRUE(task.metrics[1].computed);
}

TEST(SearchTask, AColumnThatAgreesWithTheSpaceIsKnownInAdvance) {
  const Table table = table_with_paths({1, 1.00005, 2, tiny::kNone, 0, 1});
  SearchTask task = asked({kTestMetric}, {kTwoPaths});
  mark_computed(task, &table);
  EXPECT_TRUE(task.metrics[1].computed);
  const KnownTask known = table_task(std::move(task), table, {});
  EXPECT_EQ(known.task.pool, (std::vector<Architecture>{kCells[2], kCells[3]}));
  EXPECT_EQ(known.evaluator(kCells[3]), (std::vector<double>{70, 2}));
  EXPECT_FALSE(known.evaluator(tiny::kUnknown));
}

TEST(SearchTask, AColumnThatDiffersIsFoundOutByEvaluation) {
  const Table table = table_with_paths({1, 1, 3, tiny::kNone, 0, 1});
  SearchTask task = asked({kTestMetric}, {kTwoPaths});
  mark_computed(task, &table);
  EXPECT_FALSE(task.metrics[1].computed);
  const KnownTask known = table_task(std::move(task), table, {});
  // Row 3 lacks the column, row 4 is degenerate; the bound is no reason not to ask.
  EXPECT_EQ(known.task.pool,
            (std::vector<Architecture>{kCells[0], kCells[1], kCells[2], kCells[5]}));
  EXPECT_EQ(known.evaluator(kCells[2]), (std::vector<double>{85, 3}));
  EXPECT_FALSE(may_ask(known.task, kCells[3]));
}

TEST(SearchTask, TheSpaceAnswersForEveryArchitecture) {
  SearchTask task = asked({kPaths}, {{"conv_depth", Direction::kMax, 1.0}});
  mark_computed(task, nullptr);
  const KnownTask known = computed_task(std::move(task));
  EXPECT_FALSE(known.task.answerable);
  EXPECT_TRUE(may_ask(known.task, kCells[2]));
  EXPECT_FALSE(may_ask(known.task, kCells[5]));  // pooling only
  for (const Architecture& a : known.task.pool) EXPECT_GE((*known.evaluator(a))[1], 1.0);
  EXPECT_EQ(known.evaluator(kCells[2])->front(), 2.0);
}

}  // namespace
}  // namespace dinas
