#include "baseline/gaussian_process.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.h"

namespace dinas {
namespace {

constexpr AgreementKernel::Shape kSingles{1.0, 0.0, 0.0, 1.0};

std::vector<Architecture> random_codes(std::size_t count, std::size_t features) {
  RandomStream stream(7, Purpose::kCheck);
  std::vector<Architecture> rows(count, Architecture(features));
  for (Architecture& row : rows) {
    for (auto& code : row) code = static_cast<std::uint8_t>(stream.below(4));
  }
  return rows;
}

double kernel_of(const AgreementKernel& kernel, const Architecture& a, const Architecture& b) {
  AgreementKernel::Block block;
  kernel.rows(a, CodeTable(b.size(), std::vector<Architecture>{b}), 0, block.data());
  return block[0];
}

TEST(AgreementKernel, CountsEqualValuesPairsAndSubsets) {
  // Of three features two agree: 2/3 of the values, 1/3 of the pairs.
  const Architecture a{0, 1, 2}, b{0, 1, 3};
  EXPECT_NEAR(kernel_of({3, kSingles}, a, b), 2.0 / 3.0, 1e-6);  // single precision
  EXPECT_NEAR(kernel_of({3, {0.0, 1.0, 0.0, 1.0}}, a, b), 1.0 / 3.0, 1e-6);
  EXPECT_NEAR(kernel_of({3, {0.0, 0.0, 1.0, 0.7}}, a, b), std::exp(-0.7), 1e-6);
  EXPECT_NEAR(kernel_of({3, {1.0, 1.0, 0.0, 1.0}}, a, b), 0.5, 1e-6);
  EXPECT_NEAR(kernel_of({3, {1.0, 2.0, 3.0, 1.0}}, a, a), 1.0, 1e-6);
}

TEST(AgreementKernel, WeighsFeatures) {
  const AgreementKernel kernel({3.0, 1.0}, kSingles);
  EXPECT_NEAR(kernel_of(kernel, {0, 0}, {0, 1}), 0.75, 1e-6);
  EXPECT_NEAR(kernel_of(kernel, {0, 0}, {1, 0}), 0.25, 1e-6);
}

// Where only the number of differing features counts it is counted; the general way must agree:
// runs of equal weights, one of more than 255, features left out, and a single shape beside.
TEST(AgreementKernel, CountingGivesTheProductOverTheFeatures) {
  constexpr std::size_t kFeatures = 700;
  std::vector<double> weights(kFeatures, 0.5);
  for (std::size_t f = 300; f < 400; ++f) weights[f] = f % 3 == 0 ? 0.0 : 2.0;
  const auto rows = random_codes(2, kFeatures);
  double sum = 0.0, used = 0.0;
  for (const double w : weights) {
    sum += w;
    used += w > 0.0 ? 1.0 : 0.0;
  }
  double differing = 0.0;
  for (std::size_t f = 0; f < kFeatures; ++f) {
    if (rows[0][f] != rows[1][f]) differing += weights[f];
  }
  constexpr double kDecay = 0.002;
  const double expected = std::exp(-kDecay * used * differing / sum);
  EXPECT_NEAR(kernel_of({weights, {0.0, 0.0, 1.0, kDecay}}, rows[0], rows[1]), expected, 1e-5);
  // Beside a share of the values that agree.
  const double mixed = kernel_of({weights, {1.0, 0.0, 1.0, kDecay}}, rows[0], rows[1]);
  EXPECT_NEAR(mixed, (1.0 - differing / sum + expected) / 2.0, 1e-5);
}

TEST(CodeTable, KeepsRowsBeyondABlock) {
  const auto rows = random_codes(150, 5);
  const CodeTable table(5, rows);
  ASSERT_EQ(table.size(), 150U);
  EXPECT_EQ(table.blocks(), 3U);
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(table.row(i), rows[i]);
}

// Two labels 1 and -2, the kernel between the places 1/2, noise 1/4: K = [5/4 1/2; 1/2 5/4].
class TwoLabels : public testing::Test {
 protected:
  TwoLabels() : process_({2, kSingles}, 0.25) {
    process_.add(Architecture{0, 0});
    process_.add(Architecture{0, 1});
    process_.set_values(std::vector<double>{1.0, -2.0});
  }
  GaussianProcess process_;
};

TEST_F(TwoLabels, HaveTheLikelihoodOfTheClosedForm) {
  // |K| = 21/16; K^-1 = 16/21 [5/4 -1/2; -1/2 5/4]; y' K^-1 y = 16/21 (5/4 + 2 + 5) = 44/7.
  EXPECT_NEAR(process_.amplitude(), 22.0 / 7.0, 1e-6);
  const double expected =
      -0.5 * (2.0 + 2.0 * std::log(2.0 * std::numbers::pi * 22.0 / 7.0) + std::log(21.0 / 16.0));
  EXPECT_NEAR(process_.log_likelihood(), expected, 1e-6);
}

TEST_F(TwoLabels, PredictTheClosedForm) {
  // At {1, 0}: k = (1/2, 0). K^-1 y = 16/21 (9/4, -3), so the mean is 6/7, and the variance is
  // amplitude (1 - 1/4 * 16/21 * 5/4) = 22/7 * 16/21. At {1, 2} nothing is known.
  const CodeTable candidates(2, std::vector<Architecture>{{1, 0}, {1, 2}});
  const Posterior posterior(process_, candidates);
  EXPECT_NEAR(posterior.mean(0), 6.0 / 7.0, 1e-6);
  EXPECT_NEAR(posterior.deviation(0), std::sqrt(22.0 / 7.0 * 16.0 / 21.0), 1e-6);
  EXPECT_NEAR(posterior.mean(1), 0.0, 1e-6);
  EXPECT_NEAR(posterior.deviation(1), std::sqrt(22.0 / 7.0), 1e-6);
}

class ManyLabels : public testing::Test {
 protected:
  static constexpr AgreementKernel::Shape kShape{1.0, 1.0, 1.0, 0.5};

  ManyLabels() : rows_(random_codes(230, 6)), process_({6, kShape}, 0.05) {
    for (std::size_t i = 0; i < 80; ++i) {
      process_.add(rows_[i]);
      values_.push_back(std::sin(static_cast<double>(i)));
    }
    process_.set_values(values_);
  }

  std::vector<Architecture> rows_;
  std::vector<double> values_;
  GaussianProcess process_;
};

TEST_F(ManyLabels, UpdatingEqualsStartingAnew) {
  const CodeTable candidates(6, rows_);
  Posterior updated(process_, candidates);
  updated.suppose(200);
  for (std::size_t i = 80; i < 90; ++i) {
    process_.add(rows_[i]);
    values_.push_back(0.5);
  }
  for (double& v : values_) v += 1.0;
  process_.set_values(values_);
  updated.update();
  const Posterior anew(process_, candidates);
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    EXPECT_EQ(updated.mean(c), anew.mean(c));
    EXPECT_EQ(updated.deviation(c), anew.deviation(c));
  }
}

TEST_F(ManyLabels, ASuppositionIsALabelOfItsOwnMean) {
  const CodeTable candidates(6, rows_);
  Posterior supposed(process_, candidates);
  const double amplitude = process_.amplitude();
  supposed.suppose(100);
  values_.push_back(supposed.mean(100));
  process_.add(rows_[100]);
  process_.set_values(values_);
  const Posterior labelled(process_, candidates);
  // The label changes the amplitude, by which deviations are compared.
  const double ratio = std::sqrt(amplitude / process_.amplitude());
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    EXPECT_NEAR(supposed.mean(c), labelled.mean(c), 1e-4);  // sums of 80 single-precision terms
    EXPECT_NEAR(supposed.deviation(c), ratio * labelled.deviation(c), 1e-4);
  }
}

TEST_F(ManyLabels, FewNoiseInterpolates) {
  GaussianProcess exact({6, kShape}, 1e-4);
  for (std::size_t i = 0; i < 40; ++i) exact.add(rows_[i]);
  exact.set_values(std::vector<double>(values_.begin(), values_.begin() + 40));
  const CodeTable candidates(6, rows_);
  const Posterior posterior(exact, candidates);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_NEAR(posterior.mean(i), values_[i], 0.02);
}

}  // namespace
}  // namespace dinas
