#include "nettrain/loss.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace dinas::nettrain {
namespace {

// Two classes with logits 0 and log 3: probabilities 1/4 and 3/4.
const std::array<float, 2> kLogits{0.F, std::log(3.F)};
const std::array<std::uint16_t, 1> kFirst{0};

TEST(LossTest, CrossEntropyByHand) {
  std::array<float, 2> gradients{};
  EXPECT_NEAR(cross_entropy(kLogits, kFirst, 0, 1, gradients), std::log(4.), 1e-6);
  EXPECT_NEAR(gradients[0], .25 - 1, 1e-6);
  EXPECT_NEAR(gradients[1], .75, 1e-6);
  // Smoothed by .2 the targets are .9 and .1.
  EXPECT_NEAR(cross_entropy(kLogits, kFirst, .2, 2, gradients),
              .9 * std::log(4.) + .1 * std::log(4. / 3), 1e-6);
  EXPECT_NEAR(gradients[0], 2 * (.25 - .9), 1e-6);
}

TEST(LossTest, LargeLogitsDoNotOverflow) {
  const std::array<float, 2> logits{1000.F, 0.F};
  std::array<float, 2> gradients{};
  EXPECT_NEAR(cross_entropy(logits, kFirst, 0, 1, gradients), 0, 1e-6);
}

TEST(LossTest, HitsAreCounted) {
  const std::array<float, 6> logits{0, 1, 2, 1, 1, 0};
  const std::array<std::uint16_t, 2> labels{2, 1};
  const Hits hits = count_hits(logits, labels);
  EXPECT_EQ(hits.right, 1U);  // of equal logits the first counts, and that is class 0
  const double e = std::exp(1.);
  EXPECT_NEAR(hits.log_loss, std::log((1 + e + e * e) / (e * e)) + std::log((2 * e + 1) / e), 1e-6);
}

}  // namespace
}  // namespace dinas::nettrain
