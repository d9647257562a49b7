#include "baseline/expectation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "space/draw.h"
#include "space/nasbench201.h"

namespace dinas {
namespace {

const MetricSpec kAccuracy{"accuracy", Direction::kMax};

/// Points for 3x3 convolutions, fewer for 1x1, minus some for pooling. [operations of a cell]
double worth_of(const Architecture& cell) {
  constexpr double kPoints[] = {-1.0, 0.5, 1.0, 2.0, -1.0};
  return std::accumulate(cell.begin(), cell.end(), 80.0,
                         [&](double sum, int operation) { return sum + kPoints[operation]; });
}

/// Distinct random cells, each labelled with its worth and noise of the given deviation.
LabelledArchitectures noisy_cells(std::size_t count, double deviation) {
  const auto space = make_nasbench201();
  RandomStream stream(5, Purpose::kCheck);
  LabelledArchitectures result;
  while (result.labels.size() < count) {
    Architecture cell = random_architecture(space->skeleton(), stream);
    if (std::ranges::find(result.architectures, cell) != result.architectures.end()) continue;
    result.labels.push_back(worth_of(cell) + deviation * stream.normal());
    result.architectures.push_back(std::move(cell));
  }
  return result;
}

double root_mean_square_error(const std::vector<Architecture>& cells,
                              const std::vector<double>& values) {
  double sum = 0.0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const double error = values[i] - worth_of(cells[i]);
    sum += error * error;
  }
  return std::sqrt(sum / static_cast<double>(cells.size()));
}

TEST(ExpectedLabels, OneLabelIsExpectedEverywhere) {
  const LabelledArchitectures known{{{3, 3, 3, 3, 3, 3}}, {91.5}};
  const auto expected = expected_labels(*make_nasbench201(), kAccuracy, known,
                                        {{0, 1, 2, 3, 4, 1}, {3, 3, 3, 3, 3, 3}});
  ASSERT_EQ(expected.size(), 2U);
  EXPECT_DOUBLE_EQ(expected[0], 91.5);
  EXPECT_DOUBLE_EQ(expected[1], 91.5);
}

// The deviation of worth over the cells is 2.9, that of the noise 2.
TEST(ExpectedLabels, TellMoreOfKnownAndOfNewCellsThanTheirOwnNoisyLabels) {
  const LabelledArchitectures known = noisy_cells(400, 2.0);
  const auto space = make_nasbench201();
  const auto smooth = expected_labels(*space, kAccuracy, known, known.architectures);
  EXPECT_LT(root_mean_square_error(known.architectures, smooth), 1.2);
  EXPECT_GT(root_mean_square_error(known.architectures, known.labels), 1.8);
  const LabelledArchitectures other = noisy_cells(900, 0.0);
  const std::vector<Architecture> fresh(other.architectures.begin() + 400,
                                        other.architectures.end());
  EXPECT_LT(root_mean_square_error(fresh, expected_labels(*space, kAccuracy, known, fresh)), 1.2);
}

// For a metric that is better when lower the same numbers with the other sign are expected.
TEST(ExpectedLabels, DirectionIsAMirror) {
  LabelledArchitectures known = noisy_cells(60, 0.5);
  const auto space = make_nasbench201();
  const auto up = expected_labels(*space, kAccuracy, known, known.architectures);
  for (double& label : known.labels) label = -label;
  const auto down = expected_labels(*space, {"loss", Direction::kMin}, known, known.architectures);
  for (std::size_t i = 0; i < up.size(); ++i) EXPECT_DOUBLE_EQ(down[i], -up[i]);
}

// A part of them, the same one every time.
TEST(ExpectedLabels, OfMoreLabelsThanTheLimitAPartIsLearned) {
  const LabelledArchitectures known = noisy_cells(kMostExpectationLabels + 200, 0.1);
  const std::vector<Architecture> some(known.architectures.begin(),
                                       known.architectures.begin() + 50);
  const auto space = make_nasbench201();
  const auto expected = expected_labels(*space, kAccuracy, known, some);
  EXPECT_LT(root_mean_square_error(some, expected), 0.3);
  EXPECT_EQ(expected, expected_labels(*space, kAccuracy, known, some));
}

}  // namespace
}  // namespace dinas
