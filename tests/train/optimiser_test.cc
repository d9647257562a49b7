#include "train/optimiser.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dinas {
namespace {

ThreadTeam one_thread(1);

// Powers of two and short decimals: float holds the hand-computed numbers to 1 ulp (6e-8 relative)
// an operation, and a step has fewer than ten operations on numbers of order one.
constexpr float kTolerance = 1e-6F;

OptimiserOptions plain() {
  OptimiserOptions options;
  options.weight_decay = 0.0;
  options.gradient_clip = 0.0;
  options.ema_decay = 0.0;
  options.beta1 = 0.5;
  options.beta2 = 0.75;
  options.epsilon = 0.0;
  return options;
}

TEST(Optimiser, StartsWithTheAverageAtTheParametersAndZeroMoments) {
  const std::vector<float> parameters = {1.5F, -2.0F};
  const OptimiserState state = initial_state(parameters);
  EXPECT_EQ(state.average, parameters);
  EXPECT_EQ(state.first, (std::vector<float>{0, 0}));
  EXPECT_EQ(state.second, (std::vector<float>{0, 0}));
}

TEST(Optimiser, TwoStepsByHand) {
  OptimiserOptions options = plain();
  options.weight_decay = 0.1;
  std::vector<float> p = {1.0F, -2.0F};
  OptimiserState state = initial_state(p);

  // m = g / 2, m_hat = g; v = g^2 / 4, v_hat = g^2: the update is the sign of g.
  std::vector<float> g = {2.0F, -4.0F};
  optimiser_step(options, 1, 0.5, g, p, state, one_thread);
  EXPECT_EQ(state.first, (std::vector<float>{1.0F, -2.0F}));
  EXPECT_EQ(state.second, (std::vector<float>{1.0F, 4.0F}));
  EXPECT_NEAR(p[0], 1.0F - 0.5F * (1.0F + 0.1F * 1.0F), kTolerance);    // 0.45
  EXPECT_NEAR(p[1], -2.0F - 0.5F * (-1.0F - 0.1F * 2.0F), kTolerance);  // -1.4

  // g = 6: m = 0.5 + 3 = 3.5, m_hat = 3.5 / 0.75 = 14/3; v = 0.75 + 9 = 9.75,
  // v_hat = 9.75 / (1 - 0.5625) = 156/7. g = 0: m = -1, m_hat = -4/3; v = 3, v_hat = 48/7.
  g = {6.0F, 0.0F};
  optimiser_step(options, 2, 0.25, g, p, state, one_thread);
  EXPECT_NEAR(p[0], 0.45 - 0.25 * (14.0 / 3.0 / std::sqrt(156.0 / 7.0) + 0.045), kTolerance);
  EXPECT_NEAR(p[1], -1.4 - 0.25 * (-4.0 / 3.0 / std::sqrt(48.0 / 7.0) - 0.14), kTolerance);
  EXPECT_EQ(state.average, p);  // without an average: the last weights
}

TEST(Optimiser, EpsilonBoundsTheUpdateOfATinyGradient) {
  OptimiserOptions options = plain();
  options.epsilon = 1.0;
  std::vector<float> p = {0.0F};
  std::vector<float> g = {0.25F};
  OptimiserState state = initial_state(p);
  optimiser_step(options, 1, 1.0, g, p, state, one_thread);
  EXPECT_NEAR(p[0], -0.25F / 1.25F, kTolerance);
}

TEST(Optimiser, ClipsTheNormAndLeavesSmallerGradientsAlone) {
  OptimiserOptions options = plain();
  options.gradient_clip = 1.0;
  std::vector<float> p = {0.0F, 0.0F};
  OptimiserState state = initial_state(p);
  std::vector<float> g = {3.0F, 4.0F};
  optimiser_step(options, 1, 0.1, g, p, state, one_thread);
  EXPECT_NEAR(state.first[0], 0.3F, kTolerance);  // the moments see the clipped gradient
  EXPECT_NEAR(state.first[1], 0.4F, kTolerance);

  // b1 = 0.5: half of the old moment, half of the gradient.
  g = {0.6F, 0.0F};
  optimiser_step(options, 2, 0.1, g, p, state, one_thread);
  EXPECT_NEAR(state.first[0], 0.15F + 0.3F, kTolerance);
  EXPECT_NEAR(state.first[1], 0.2F, kTolerance);

  options.gradient_clip = 0.0;
  g = {3.0F, 4.0F};
  optimiser_step(options, 3, 0.1, g, p, state, one_thread);
  EXPECT_NEAR(state.first[0], 0.225F + 1.5F, kTolerance);
  EXPECT_NEAR(state.first[1], 0.1F + 2.0F, kTolerance);
}

TEST(Optimiser, TheAverageWarmsUpAndThenKeepsItsDecay) {
  OptimiserOptions options = plain();
  options.ema_decay = 0.5;
  std::vector<float> p = {1.0F};
  std::vector<float> g = {1.0F};
  OptimiserState state = initial_state(p);
  optimiser_step(options, 1, 1.0, g, p, state, one_thread);  // p = 0; keeps 2/11 of the start
  EXPECT_NEAR(state.average[0], 2.0F / 11.0F, kTolerance);
  state.average = {1.0F};
  optimiser_step(options, 2, 0.0, g, p, state, one_thread);
  EXPECT_NEAR(state.average[0], 3.0F / 12.0F, kTolerance);
  state.average = {1.0F};
  optimiser_step(options, 8, 0.0, g, p, state,
                 one_thread);  // (1 + 8) / (10 + 8) is the decay itself
  EXPECT_NEAR(state.average[0], 0.5F, kTolerance);
  state.average = {1.0F};
  optimiser_step(options, 1000, 0.0, g, p, state, one_thread);
  EXPECT_NEAR(state.average[0], 0.5F, kTolerance);
}

TEST(Optimiser, RateShareWarmsUpLinearlyAndFallsAsACosine) {
  EXPECT_DOUBLE_EQ(rate_share(0.0), 0.1);
  EXPECT_DOUBLE_EQ(rate_share(0.01), 0.55);
  EXPECT_DOUBLE_EQ(rate_share(0.02), 1.0);
  EXPECT_NEAR(rate_share(0.51), 0.5, 1e-15);  // halfway down the cosine, up to rounding of pi
  EXPECT_NEAR(rate_share(0.755), 0.5 * (1.0 - std::sqrt(0.5)), 1e-15);
  EXPECT_NEAR(rate_share(1.0), 0.0, 1e-15);
  EXPECT_EQ(rate_share(1.5), rate_share(1.0));
}

TEST(Optimiser, RateShareRisesThenFallsWithoutAJump) {
  constexpr int kPoints = 10000;
  for (int i = 1; i <= kPoints; ++i) {
    const double before = rate_share((i - 1.0) / kPoints);
    const double here = rate_share(static_cast<double>(i) / kPoints);
    if (i <= kPoints / 50) {
      ASSERT_GT(here, before) << i;
    } else {
      ASSERT_LT(here, before) << i;
    }
    // The steepest part is the warm-up: 0.9 in 2 % of the run, below 0.005 a point (1e-12 for
    // rounding).
    ASSERT_LE(std::abs(here - before), 0.005 + 1e-12) << i;
  }
}

}  // namespace
}  // namespace dinas
