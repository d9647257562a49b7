#include "condition/metric.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "condition/statistics.h"
#include "support/nan.h"

namespace dinas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

MetricDistribution accuracy(std::vector<double> values) {
  return MetricDistribution({"accuracy", Direction::kMax, MetricLevel::kCell}, std::move(values));
}

MetricDistribution latency(std::vector<double> values) {
  return MetricDistribution({"latency", Direction::kMin, MetricLevel::kCell}, std::move(values));
}

TEST(MetricSpec, ReadsNameDirectionAndLevel) {
  EXPECT_EQ(parse_metric_spec("accuracy:max"),
            (MetricSpec{"accuracy", Direction::kMax, MetricLevel::kCell}));
  EXPECT_EQ(parse_metric_spec("hw.fpga-2_ms:min:cell"),
            (MetricSpec{"hw.fpga-2_ms", Direction::kMin, MetricLevel::kCell}));
  EXPECT_EQ(parse_metric_spec("a:max:class"),
            (MetricSpec{"a", Direction::kMax, MetricLevel::kClass}));
}

TEST(MetricSpec, PrintsWhatItReads) {
  for (const std::string text : {"accuracy:max", "latency_ms:min", "a.b:max:class"}) {
    EXPECT_EQ(print_metric_spec(parse_metric_spec(text)), text);
  }
  EXPECT_EQ(print_metric_spec(parse_metric_spec("a:min:cell")), "a:min");
}

TEST(MetricSpec, SaysWhatIsWrong) {
  const auto error = [](std::string_view text) {
    return usage_error([text] { parse_metric_spec(text); });
  };
  EXPECT_NE(error("accuracy").find("found 1 part(s)"), std::string::npos);
  EXPECT_NE(error("a:max:cell:x").find("found 4 part(s)"), std::string::npos);
  EXPECT_NE(error(":max").find("found no name"), std::string::npos);
  EXPECT_NE(error("top 1:max").find("at position 4"), std::string::npos);
  EXPECT_NE(error("a:up").find("the direction 'up'"), std::string::npos);
  EXPECT_NE(error("a:max:").find("the level ''"), std::string::npos);
  EXPECT_NE(error("a:max:Class").find("the level 'Class'"), std::string::npos);
  EXPECT_NE(error("").find("write for example"), std::string::npos);
}

TEST(MetricDistribution, RefusesNoValuesAndValuesThatAreNotFinite) {
  EXPECT_THROW(accuracy({}), Error);
  EXPECT_THROW(accuracy({1.0, kNaN}), Error);
  EXPECT_THROW(latency({1.0, -kInfinity}), Error);
}

TEST(MetricDistribution, TiedRowsShareTheLargerRank) {
  const auto metric = accuracy({70, 90, 80, 80, 60});
  EXPECT_EQ(metric.best_first(), (std::vector<double>{90, 80, 80, 70, 60}));
  EXPECT_EQ(metric.rank(90), 1U);
  EXPECT_EQ(metric.rank(80), 3U);
  EXPECT_EQ(metric.rank(70), 4U);
  EXPECT_EQ(metric.rank(60), 5U);
  EXPECT_EQ(metric.tail_fraction(80), 0.6);
  EXPECT_EQ(metric.best(), 90);
  EXPECT_EQ(metric.worst(), 60);
}

TEST(MetricDistribution, RanksValuesThatAreNoLabel) {
  const auto metric = accuracy({70, 90, 80, 80, 60});
  EXPECT_EQ(metric.rank(90.5), 0U);
  EXPECT_EQ(metric.rank(85), 1U);
  EXPECT_EQ(metric.rank(79.9), 3U);
  EXPECT_EQ(metric.rank(-kInfinity), 5U);
  EXPECT_THROW(static_cast<void>(metric.rank(kNaN)), BugError);
}

TEST(MetricDistribution, SmallerIsBetterForMin) {
  const auto metric = latency({4, 1, 2, 2});
  EXPECT_EQ(metric.best_first(), (std::vector<double>{1, 2, 2, 4}));
  EXPECT_EQ(metric.rank(0.5), 0U);
  EXPECT_EQ(metric.rank(1), 1U);
  EXPECT_EQ(metric.rank(2), 3U);
  EXPECT_EQ(metric.rank(3), 3U);
  EXPECT_EQ(metric.rank(9), 4U);
  EXPECT_TRUE(metric.at_least_as_good(1, 2));
  EXPECT_TRUE(metric.at_least_as_good(2, 2));
  EXPECT_FALSE(metric.at_least_as_good(3, 2));
}

TEST(MetricDistribution, ValueAtNeverTakesMoreThanTheShare) {
  const auto metric = accuracy({70, 90, 80, 80, 60});
  EXPECT_EQ(metric.value_at(0.1), 90);  // no label is in the top 10 %: the best one
  EXPECT_EQ(metric.value_at(0.2), 90);
  EXPECT_EQ(metric.value_at(0.4), 90);  // both 80s or none, and both would be 60 %
  EXPECT_EQ(metric.value_at(0.6), 80);
  EXPECT_EQ(metric.value_at(0.79), 80);
  EXPECT_EQ(metric.value_at(0.8), 70);
  EXPECT_EQ(metric.value_at(1.0), 60);
  EXPECT_EQ(accuracy({5, 5, 4}).value_at(0.34), 5);  // tied best: its own tail is 2/3
}

TEST(MetricDistribution, LargestRankSurvivesRounding) {
  // Every r / n must give back r, whatever way the quotient was rounded.
  for (const std::size_t n : {3U, 7U, 49U, 100U, 15284U}) {
    const auto metric = accuracy(std::vector<double>(n, 1.0));
    for (std::size_t r = 0; r <= n; ++r) {
      const double tau = static_cast<double>(r) / static_cast<double>(n);
      ASSERT_EQ(metric.largest_rank(tau), r) << "n = " << n;
    }
  }
  const auto hundred = accuracy(std::vector<double>(100, 1.0));
  EXPECT_EQ(hundred.largest_rank(0.29), 29U);  // 0.29 * 100 is 28.999999999999996
  EXPECT_EQ(hundred.largest_rank(0.2999), 29U);
}

}  // namespace
}  // namespace dinas
