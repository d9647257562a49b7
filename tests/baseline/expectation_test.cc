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

TEST(ExpectLabels, OneLabelIsExpectedEverywhere) {
  const LabelledArchitectures known{{{3, 3, 3, 3, 3, 3}}, {91.5}};
  const Expectation expected = expect_labels(*make_nasbench201(), kAccuracy, known,
                                             {{0, 1, 2, 3, 4, 1}, {3, 3, 3, 3, 3, 3}});
  EXPECT_EQ(expected.mean, (std::vector<double>{91.5, 91.5}));
}

// The deviation of worth over the cells is 2.9, that of the noise 2. Half of the noise is gone, and
// what is left lies within two of the deviations told for 95 % of normal labels, here for 90 %.
TEST(ExpectLabels, TellMoreOfKnownAndOfNewCellsThanTheirOwnNoisyLabels) {
  const LabelledArchitectures known = noisy_cells(400, 2.0);
  const auto space = make_nasbench201();
  const auto smooth = expect_labels(*space, kAccuracy, known, known.architectures);
  EXPECT_LT(root_mean_square_error(known.architectures, smooth.mean), 1.2);
  EXPECT_GT(root_mean_square_error(known.architectures, known.labels), 1.8);
  const LabelledArchitectures other = noisy_cells(900, 2.0);
  const std::vector<Architecture> fresh(other.architectures.begin() + 400,
                                        other.architectures.end());
  const auto expected = expect_labels(*space, kAccuracy, known, fresh);
  EXPECT_LT(root_mean_square_error(fresh, expected.mean), 1.2);
  int within = 0;
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    const double error = std::abs(other.labels[400 + i] - expected.mean[i]);
    within += error < 2.0 * expected.deviation[i] ? 1 : 0;
  }
  EXPECT_GT(within, 450);
  EXPECT_LT(within, 499);
}

// For a metric that is better when lower the same numbers with the other sign are expected.
TEST(ExpectLabels, DirectionIsAMirror) {
  LabelledArchitectures known = noisy_cells(60, 0.5);
  const auto space = make_nasbench201();
  const auto up = expect_labels(*space, kAccuracy, known, known.architectures);
  for (double& label : known.labels) label = -label;
  const auto down = expect_labels(*space, {"loss", Direction::kMin}, known, known.architectures);
  for (std::size_t i = 0; i < up.mean.size(); ++i) EXPECT_DOUBLE_EQ(down.mean[i], -up.mean[i]);
  EXPECT_EQ(down.deviation, up.deviation);
}

// Five of the twenty labels make no difference, whatever they are.
TEST(ExpectLabels, OfMoreLabelsThanTheLimitAPartIsLearned) {
  const LabelledArchitectures known = noisy_cells(20, 0.1);
  const auto space = make_nasbench201();
  const auto learned = [&](const LabelledArchitectures& labels) {
    return expect_labels(*space, kAccuracy, labels, known.architectures, 15).mean;
  };
  const auto before = learned(known);
  int without = 0;
  for (std::size_t i = 0; i < known.labels.size(); ++i) {
    LabelledArchitectures other = known;
    other.labels[i] += 3.0;
    without += learned(other) == before ? 1 : 0;
  }
  EXPECT_EQ(without, 5);
}

// More candidates than are predicted at once are told the same of.
TEST(ExpectLabels, ManyCandidatesAreTakenInTurn) {
  const LabelledArchitectures known = noisy_cells(20, 0.1);
  const auto space = make_nasbench201();
  std::vector<Architecture> many;
  while (many.size() < 9000) many.push_back(known.architectures[many.size() % 20]);
  const auto all = expect_labels(*space, kAccuracy, known, many);
  const auto some = expect_labels(*space, kAccuracy, known, known.architectures);
  ASSERT_EQ(all.mean.size(), many.size());
  for (const std::size_t i : {0U, 4095U, 4096U, 8999U}) {
    EXPECT_EQ(all.mean[i], some.mean[i % 20]);
    EXPECT_EQ(all.deviation[i], some.deviation[i % 20]);
  }
}

}  // namespace
}  // namespace dinas
