// How marginal and uniform noise end inside a space with rules, and how often the rules stepped in.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string>

#include "sample/law.h"
#include "sample/sampler.h"
#include "sample/support.h"
#include "support/ruled_skeletons.h"
#include "support/toy.h"

namespace dinas {
namespace {

using Values = std::vector<double>;

constexpr std::array kNoises = {Noise::kMask, Noise::kMarginal, Noise::kUniform};

GuidanceOptions unguided() {
  GuidanceOptions options;
  options.weight = 0.0;
  return options;
}

class Projection : public testing::TestWithParam<Noise> {
 protected:
  [[nodiscard]] Drawn draw(const SampleOptions& options,
                           const SampleObserver& observer = {}) const {
    return draw_architectures(ruled_.skeleton, denoiser_, process_, {-1.0F}, options, observer);
  }
  static Values law(const Skeleton& skeleton, const Denoiser& denoiser, int steps) {
    return sampling_law(skeleton, denoiser, process_of(GetParam(), skeleton), {-1.0F}, steps,
                        unguided());
  }

  Ruled ruled_ = dependent_chain();
  ReverseProcess process_ = process_of(GetParam(), ruled_.skeleton);
  FixedDenoiser denoiser_{ruled_.skeleton, 1.0, 1.0};
  SampleOptions options_{.count = 400, .first_item = 70, .seed = 3, .steps = 4, .guidance = {}};
};

INSTANTIATE_TEST_SUITE_P(Noise, Projection, testing::ValuesIn(kNoises),
                         [](const auto& test) { return std::string(noise_name(test.param)); });

TEST_P(Projection, EverySampleIsValidAndTheUnrestrictedDrawWasNot) {
  const Drawn drawn = draw(options_);
  ASSERT_EQ(drawn.architectures.size(), 400U);
  for (const Architecture& a : drawn.architectures) EXPECT_TRUE(is_valid(ruled_.skeleton, a));
  EXPECT_GT(drawn.projected, 50U);
  EXPECT_LT(drawn.projected, 400U);
}

TEST_P(Projection, ThreadsAndBatchesNeverChangeTheResult) {
  const Drawn expected = draw(options_);
  for (const int threads : {1, 2}) {
    for (const std::size_t batch : {1U, 33U}) {
      SampleOptions options = options_;
      options.threads = threads;
      options.batch = batch;
      const Drawn again = draw(options);
      EXPECT_EQ(again.architectures, expected.architectures) << threads << " " << batch;
      EXPECT_EQ(again.projected, expected.projected) << threads << " " << batch;
    }
  }
}

TEST_P(Projection, ManyDrawsAreTheUnionOfSingleDraws) {
  SampleOptions options = options_;
  options.count = 40;
  const Drawn together = draw(options);
  options.count = 1;
  std::uint64_t projected = 0;
  for (std::uint32_t i = 0; i < 40; ++i) {
    options.first_item = options_.first_item + i;
    const Drawn single = draw(options);
    EXPECT_EQ(single.architectures.at(0), together.architectures[i]) << i;
    EXPECT_LE(single.projected, 1U);
    projected += single.projected;
  }
  EXPECT_EQ(projected, together.projected);
}

TEST_P(Projection, IsCountedOverTheFinishedPrefix) {
  SampleOptions options = options_;
  options.batch = 10;
  const Drawn some = draw(options, [](std::size_t done) { return done < 30; });
  ASSERT_EQ(some.architectures.size(), 30U);
  options.count = 30;
  EXPECT_EQ(draw(options).projected, some.projected);
}

// Three fair coins of which at most one may show 1. The first 1 stays, so that the rules step in
// where the coins show another; a state at t = T says next to nothing, and nothing at all here,
// where everything is symmetric in the two values.
TEST_P(Projection, OneCallByHand) {
  const Ruled ruled = at_most_one();
  const FixedDenoiser denoiser(ruled.skeleton, 0.0, 0.0);
  ReverseProcess process = process_of(Noise::kUniform, ruled.skeleton);
  process.noise = GetParam();
  options_.steps = 1;
  const Drawn drawn = draw_architectures(ruled.skeleton, denoiser, process, {-1.0F}, options_);
  std::uint64_t projected = 0;
  for (std::uint32_t i = 0; i < 400; ++i) {
    RandomStream coins(options_.seed, Purpose::kValue, options_.first_item + i, 1);
    int ones = 0;
    for (int v = 0; v < 3; ++v) ones += coins.uniform() < 0.5 ? 0 : 1;
    projected += ones > 1 ? 1 : 0;
    const Architecture& a = drawn.architectures[i];
    EXPECT_EQ(std::accumulate(a.begin(), a.end(), 0), std::min(ones, 1)) << i;
  }
  EXPECT_EQ(drawn.projected, projected);

  const Values found = sampling_law(ruled.skeleton, denoiser, process, {-1.0F}, 1, unguided());
  const Values expected = {1 / 8.0, 7 / 24.0, 7 / 24.0, 0, 7 / 24.0, 0, 0, 0};
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-15) << i;
}

// Two variables that must differ: the first in the order follows its own law, which sees the noisy
// state, and the other has no choice. The mean of that law over noisy states is the marginal of the
// same chain without rules.
TEST_P(Projection, TheFirstInTheOrderDecidesBetweenTwo) {
  const Ruled ruled = ruled_skeleton({2, 2}, [](const Architecture& a) { return a[0] != a[1]; });
  Skeleton free = ruled.skeleton;
  free.rules = nullptr;
  const FixedDenoiser denoiser(ruled.skeleton, 1.0, 0.0);
  // Under mask noise with two calls the second network call sees the first value.
  for (const int steps : GetParam() == Noise::kMask ? std::vector{1} : std::vector{1, 2, 6}) {
    const Values unruled = law(free, denoiser, steps);  // 00, 10, 01, 11
    const double one_zero = 0.5 * (unruled[1] + unruled[3]) + 0.5 * (unruled[0] + unruled[1]);
    const Values found = law(ruled.skeleton, denoiser, steps);
    EXPECT_NEAR(found[1], one_zero, 1e-14) << steps;
    EXPECT_NEAR(found[2], 1.0 - one_zero, 1e-14) << steps;
    EXPECT_EQ(found[0] + found[3], 0.0) << steps;
  }
}

TEST_P(Projection, RulesThatAllowEverythingChangeNoLawAndProjectNothing) {
  const Ruled ruled = ruled_skeleton({2, 3}, [](const Architecture&) { return true; });
  Skeleton free = ruled.skeleton;
  free.rules = nullptr;
  const FixedDenoiser denoiser(free, 1.0, 0.0);
  for (const int steps : {1, 2}) {
    const Values found = law(ruled.skeleton, denoiser, steps);
    const Values expected = law(free, denoiser, steps);
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-14) << i;
    options_.steps = steps;
    EXPECT_EQ(draw_architectures(ruled.skeleton, denoiser, process_of(GetParam(), free), {-1.0F},
                                 options_)
                  .projected,
              0U);
  }
}

// What the sampler drew before its last call knew rules; the architectures of a seed never change.
TEST(WithoutRules, DrawsStayThoseOfTheFirstRelease) {
  using Numbers = std::vector<std::uint64_t>;
  const std::vector<Numbers> expected = {
      {10, 5, 9, 10, 11, 9, 2, 11, 2, 10, 11, 6, 9, 11, 10, 9, 10, 2, 6, 6},
      {9, 2, 10, 10, 2, 1, 9, 5, 10, 10, 10, 6, 10, 10, 10, 2, 9, 11, 10, 2},
      {9, 2, 10, 10, 2, 1, 9, 5, 10, 10, 11, 6, 10, 10, 10, 5, 9, 11, 10, 2}};
  for (std::size_t n = 0; n < kNoises.size(); ++n) {
    const Toy toy(kNoises[n]);
    const SampleOptions options{.count = 20,
                                .first_item = 3,
                                .seed = 21,
                                .steps = kNoises[n] == Noise::kMask ? 2 : 5,
                                .guidance = {}};
    const Drawn drawn =
        draw_architectures(toy.skeleton(), toy.denoiser(), toy.process(), Toy::both(), options);
    Numbers numbers;
    for (const Architecture& a : drawn.architectures) {
      numbers.push_back(architecture_index(toy.skeleton(), a));
    }
    EXPECT_EQ(numbers, expected[n]) << noise_name(kNoises[n]);
    EXPECT_EQ(drawn.projected, 0U);
  }
}

}  // namespace
}  // namespace dinas
