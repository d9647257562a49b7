#include "eval/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/error.h"

namespace dinas {
namespace {

TEST(Statistics, ShareOfNothingIsMissing) {
  EXPECT_EQ(share_of(1, 4), 0.25);
  EXPECT_TRUE(std::isnan(share_of(0, 0)));
}

TEST(Statistics, MeanAndSampleDeviation) {
  const MeanSd several = mean_sd(std::vector<double>{1.0, 2.0, 3.0, 6.0});
  EXPECT_DOUBLE_EQ(several.mean, 3.0);
  EXPECT_DOUBLE_EQ(several.sd, std::sqrt(14.0 / 3.0));
  EXPECT_EQ(mean_sd(std::vector<double>{5.0}).sd, 0.0);
  EXPECT_TRUE(std::isnan(mean_sd({}).mean));
  EXPECT_TRUE(std::isnan(mean_sd({}).sd));
}

TEST(Statistics, StudentQuantiles) {
  EXPECT_EQ(student_quantile(1), 12.706);
  EXPECT_EQ(student_quantile(9), 2.262);
  EXPECT_EQ(student_quantile(30), 2.042);
  // Published values, with the error the header states for the correction.
  EXPECT_NEAR(student_quantile(31), 2.0395, 0.004);
  EXPECT_NEAR(student_quantile(60), 2.0003, 0.004);
  EXPECT_NEAR(student_quantile(1'000'000), 1.95996, 1e-5);
  EXPECT_THROW(student_quantile(0), BugError);
}

TEST(Statistics, IntervalOfPairedDifferences) {
  // mean 2, sd 1, three pairs: half width 4.303 / sqrt(3).
  const Interval interval = mean_interval(std::vector<double>{1.0, 2.0, 3.0});
  EXPECT_DOUBLE_EQ(interval.mean, 2.0);
  EXPECT_DOUBLE_EQ(interval.low, 2.0 - 4.303 / std::sqrt(3.0));
  EXPECT_DOUBLE_EQ(interval.high, 2.0 + 4.303 / std::sqrt(3.0));
  EXPECT_EQ(interval.pairs, 3U);

  const Interval single = mean_interval(std::vector<double>{1.0});
  EXPECT_EQ(single.mean, 1.0);
  EXPECT_TRUE(std::isnan(single.low));
  EXPECT_TRUE(std::isnan(single.high));
  EXPECT_TRUE(std::isnan(mean_interval({}).mean));
}

}  // namespace
}  // namespace dinas
