// Labels that cost evaluations beside labels that the space computes.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "support/nan.h"
#include "train/training_set.h"

namespace dinas {
namespace {

const MetricSpec kAccuracy = {"accuracy", Direction::kMax, MetricLevel::kCell};
const MetricSpec kPaths = {"paths", Direction::kMax, MetricLevel::kCell};
const MetricSpec kDepth = {"conv_depth", Direction::kMin, MetricLevel::kCell};

// Six architectures of six classes, accuracies of the first, third and fifth.
Table half_evaluated_table() {
  Table table(find_space("nasbench201"));
  for (const Architecture& a : {Architecture{0, 0, 0, 1, 0, 0}, Architecture{0, 0, 0, 2, 0, 0},
                                Architecture{0, 0, 0, 3, 0, 0}, Architecture{0, 0, 0, 4, 0, 0},
                                Architecture{3, 0, 0, 1, 3, 0}, Architecture{2, 0, 0, 1, 2, 0}}) {
    table.add_architecture(a);
  }
  table.add_column("accuracy", "a.csv").values = {90, kNaN, 80, kNaN, 70, kNaN};
  table.require_column("paths");
  table.require_column("conv_depth");
  return table;
}

TEST(EvaluatedLabels, AreThoseTheSpaceDoesNotCompute) {
  const TrainingSet set = make_training_set(half_evaluated_table(), {kAccuracy, kPaths}, {});
  EXPECT_EQ(set.labelled, 6U);
  EXPECT_EQ(set.evaluated, 3U);
  EXPECT_EQ(set.metrics.at(0).size(), 3U);
  EXPECT_EQ(set.metrics.at(1).size(), 6U);
  for (std::size_t row = 0; row < 6; ++row) {
    EXPECT_EQ(set.labels.rank(row, 0) > 0, row % 2 == 0) << row;
    EXPECT_GT(set.labels.rank(row, 1), 0U) << row;
  }
}

TEST(EvaluatedLabels, AreAllOfThemWhereTheSpaceComputesAll) {
  const TrainingSet set = make_training_set(half_evaluated_table(), {kPaths, kDepth}, {});
  EXPECT_EQ(set.labelled, 6U);
  EXPECT_EQ(set.evaluated, 6U);
  EXPECT_EQ(make_training_set(half_evaluated_table(), {kPaths}, {2, 0.0, 1}).evaluated, 2U);
  EXPECT_EQ(make_training_set(half_evaluated_table(), {kPaths}, {2, 0.0, 1}).labelled, 2U);
}

TEST(EvaluatedLabels, AreWhatALabelBudgetBuys) {
  const Table table = half_evaluated_table();
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const TrainingSet set = make_training_set(table, {kAccuracy, kPaths}, {2, 0.0, seed});
    EXPECT_EQ(set.evaluated, 2U);
    // The three rows with a computed label only keep it; the third accuracy is not seen, and its
    // row follows without any label.
    EXPECT_EQ(set.labelled, 5U);
    EXPECT_EQ(set.architectures.size(), 6U);
    EXPECT_EQ(set.metrics.at(0).size(), 2U);
    EXPECT_EQ(set.metrics.at(1).size(), 5U);
    std::size_t accuracies = 0;
    for (std::size_t row = 0; row < set.labelled; ++row) {
      accuracies += set.labels.rank(row, 0) > 0 ? 1 : 0;
    }
    EXPECT_EQ(accuracies, 2U);
    const std::size_t left_out = *table.find(set.architectures[5]);
    EXPECT_FALSE(std::isnan(table.find_column("accuracy")->values[left_out]));
  }
}

TEST(EvaluatedLabels, BoundTheBudget) {
  const Table table = half_evaluated_table();
  EXPECT_EQ(make_training_set(table, {kAccuracy, kPaths}, {3, 0.0, 0}).labelled, 6U);
  EXPECT_THROW(make_training_set(table, {kAccuracy, kPaths}, {4, 0.0, 0}), UsageError);
}

}  // namespace
}  // namespace dinas
