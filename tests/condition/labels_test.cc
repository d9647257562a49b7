#include "condition/labels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/nan.h"

namespace dinas {
namespace {

// Five rows:  accuracy (max)  latency (min)
//   0              90              9
//   1              80              5
//   2              80              3
//   3              70              1
//   4              60              -
class FiveRows : public ::testing::Test {
 protected:
  FiveRows()
      : metrics_{
            MetricDistribution({"accuracy", Direction::kMax, MetricLevel::kCell},
                               {90, 80, 80, 70, 60}),
            MetricDistribution({"latency", Direction::kMin, MetricLevel::kCell}, {9, 5, 3, 1})} {
    labels_.metrics = 2;
    labels_.classes = {10, 11, 12, 13, 14};
    labels_.ranks = {1, 4, 3, 3, 3, 2, 4, 1, 5, 0};
  }

  std::vector<Bound> bounds(const std::vector<std::string>& texts) {
    std::vector<BoundRequest> requests;
    for (const auto& text : texts) requests.push_back(parse_bound(text));
    return resolve_bounds(requests, metrics_);
  }

  std::vector<std::size_t> satisfying(const std::vector<std::string>& texts) {
    return satisfying_rows(labels_, bounds(texts), metrics_);
  }

  // NaN where a bound has no relaxation.
  std::vector<double> relaxed(const std::vector<std::string>& texts) {
    std::vector<double> thresholds;
    for (const auto& relaxation : relaxations(labels_, bounds(texts), metrics_)) {
      EXPECT_EQ(relaxation.bound, thresholds.size());
      thresholds.push_back(relaxation.threshold.value_or(kNaN));
    }
    return thresholds;
  }

  std::vector<MetricDistribution> metrics_;
  LabelTable labels_;
};

using Rows = std::vector<std::size_t>;

TEST_F(FiveRows, SatisfyingRowsKeepEveryBound) {
  EXPECT_EQ(satisfying({}), (Rows{0, 1, 2, 3, 4}));
  EXPECT_EQ(satisfying({"accuracy >= 80"}), (Rows{0, 1, 2}));
  EXPECT_EQ(satisfying({"accuracy top 59%"}), (Rows{0}));  // the tied 80s come together, at 60 %
  EXPECT_EQ(satisfying({"accuracy top 60%"}), (Rows{0, 1, 2}));
  EXPECT_EQ(satisfying({"accuracy >= 75", "latency <= 5"}), (Rows{1, 2}));
  EXPECT_EQ(satisfying({"accuracy >= 85", "latency <= 5"}), Rows{});
}

TEST_F(FiveRows, AMissingValueKeepsNoBoundOnItsMetric) {
  EXPECT_EQ(satisfying({"latency <= 100"}), (Rows{0, 1, 2, 3}));
  EXPECT_EQ(satisfying({"latency top 100%"}), (Rows{0, 1, 2, 3}));
  EXPECT_EQ(satisfying({"accuracy >= 0"}), (Rows{0, 1, 2, 3, 4}));
}

TEST_F(FiveRows, NothingSatisfiesABoundBeyondTheLabels) {
  EXPECT_EQ(satisfying({"accuracy >= 91"}), Rows{});
  EXPECT_EQ(satisfying({"accuracy top 19%"}), Rows{});
  EXPECT_EQ(satisfying({"accuracy top 20%"}), (Rows{0}));
}

TEST_F(FiveRows, RelaxationsHoldTheOtherBounds) {
  // With latency <= 4 (rows 2, 3) the best accuracy is 80; with accuracy >= 85 (row 0) the latency
  // is 9.
  EXPECT_EQ(relaxed({"accuracy >= 85", "latency <= 4"}), (std::vector<double>{80, 9}));
  // The bounds can be met: relaxations are then tighter than what was asked.
  EXPECT_EQ(relaxed({"accuracy >= 60", "latency <= 5"}), (std::vector<double>{80, 1}));
  EXPECT_EQ(relaxed({"accuracy >= 95"}), (std::vector<double>{90}));
  EXPECT_TRUE(relaxed({}).empty());
}

TEST_F(FiveRows, NoRelaxationWhereTheOtherBoundsAloneCannotBeMet) {
  const auto thresholds = relaxed({"accuracy >= 95", "latency <= 4"});
  EXPECT_EQ(thresholds[0], 80);
  EXPECT_TRUE(std::isnan(thresholds[1]));
}

TEST_F(FiveRows, NoRelaxationWhereOnlyRowsWithoutTheMetricMeetTheOthers) {
  labels_.ranks = {1, 0, 3, 3, 3, 2, 4, 1, 5, 0};
  metrics_[1] = MetricDistribution(metrics_[1].spec(), {5, 3, 1});
  const auto thresholds = relaxed({"accuracy >= 85", "latency <= 4"});
  EXPECT_EQ(thresholds[0], 80);
  EXPECT_TRUE(std::isnan(thresholds[1]));  // row 0 alone keeps the accuracy, and has no latency
}

}  // namespace
}  // namespace dinas
