// Sampling under rules: every sample is an architecture, and the law is the one promised.
#include "sample/completion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>

#include "base/error.h"
#include "base/random.h"
#include "sample/law.h"
#include "sample/sampler.h"
#include "sample/support.h"
#include "support/ruled_skeletons.h"
#include "support/toy_space.h"

namespace dinas {
namespace {

using Values = std::vector<double>;

// The law of a variable in a state, restricted.
Values restricted(const Skeleton& skeleton, const Architecture& state, std::size_t variable,
                  const Values& law) {
  Values scratch;
  const auto result = keep_completable(skeleton, state, variable, law, scratch);
  return {result.begin(), result.end()};
}

TEST(KeepCompletable, ByHand) {
  const Skeleton one = at_most_one().skeleton;
  EXPECT_EQ(restricted(one, {2, 2, 2}, 0, {0.25, 0.75}), (Values{0.25, 0.75}));
  EXPECT_EQ(restricted(one, {1, 2, 2}, 2, {0.25, 0.75}), (Values{1.0, 0.0}));
  const Skeleton chain = dependent_chain().skeleton;  // a <= b <= c
  EXPECT_EQ(restricted(chain, {3, 1, 3, 2}, 0, {0.125, 0.375, 0.5}), (Values{0.25, 0.75, 0.0}));
}

TEST(KeepCompletable, IsUniformWhereTheLawGivesNothing) {
  const Skeleton chain = dependent_chain().skeleton;
  EXPECT_EQ(restricted(chain, {3, 1, 3, 2}, 0, {0.0, 0.0, 1.0}), (Values{0.5, 0.5, 0.0}));
  // Numbers too small to be scaled by hand are scaled all the same.
  EXPECT_EQ(restricted(chain, {3, 1, 3, 2}, 0, {1e-300, 3e-300, 1.0}), (Values{0.25, 0.75, 0.0}));
}

TEST(KeepCompletable, IsTheLawItselfWithoutRules) {
  const Values law = {0.5, 0.25, 0.25};
  Values scratch;
  EXPECT_EQ(keep_completable(mixed_skeleton(), Architecture{3, 2, 2}, 0, law, scratch).data(),
            law.data());
}

struct RuledCase {
  std::string name;
  Noise noise;
  Ruled (*ruled)();
  double forbidden;  // its logit of values that no architecture has beside the visible ones
  int steps;
  double guidance;
};

std::vector<RuledCase> ruled_cases() {
  std::vector<RuledCase> result;
  const auto add = [&](Noise noise, const std::string& space, Ruled (*ruled)(), int all) {
    const std::string name = std::string(noise_name(noise)) + "_" + space;
    for (const int steps : {1, 2, all}) {
      for (const double guidance : {0.0, 1.5}) {
        const std::string rest =
            "_steps" + std::to_string(steps) + (guidance > 0.0 ? "_guided" : "");
        result.push_back({name + "_random" + rest, noise, ruled, 0.0, steps, guidance});
        // Nearly all mass on forbidden values, and all of it: exp(-1e9) is 0.
        result.push_back({name + "_misled" + rest, noise, ruled, 20.0, steps, guidance});
        result.push_back({name + "_lost" + rest, noise, ruled, 1e9, steps, guidance});
      }
    }
  };
  for (const Noise noise : {Noise::kMask, Noise::kMarginal, Noise::kUniform}) {
    add(noise, "at_most_one", at_most_one, 3);
    add(noise, "dependent_chain", dependent_chain, 4);
  }
  return result;
}

class RuledSampler : public testing::TestWithParam<RuledCase> {
 protected:
  RuledSampler() : ruled_(GetParam().ruled()) {
    options_.count = 10000;
    options_.seed = 4;
    options_.threads = 2;
    options_.steps = GetParam().steps;
    options_.guidance.weight = GetParam().guidance;
  }

  Ruled ruled_;
  ReverseProcess process_ = process_of(GetParam().noise, ruled_.skeleton);
  FixedDenoiser denoiser_{ruled_.skeleton, 1.0, GetParam().forbidden};
  Condition condition_ = {-1.0F};
  SampleOptions options_;
};

TEST_P(RuledSampler, DrawsArchitecturesByTheExactLaw) {
  const Skeleton& skeleton = ruled_.skeleton;
  const Values law =
      sampling_law(skeleton, denoiser_, process_, condition_, options_.steps, options_.guidance);
  ASSERT_EQ(law.size(), *combination_count(skeleton));
  // A few hundred additions of numbers below one.
  EXPECT_NEAR(std::accumulate(law.begin(), law.end(), 0.0), 1.0, 1e-12);
  for (std::size_t i = 0; i < law.size(); ++i) {
    EXPECT_TRUE(law[i] == 0.0 || is_valid(skeleton, nth_architecture(skeleton, i))) << i;
  }
  Values counts(law.size(), 0.0);
  for (const Architecture& a :
       draw_architectures(skeleton, denoiser_, process_, condition_, options_).architectures) {
    ASSERT_TRUE(is_valid(skeleton, a));
    counts[architecture_index(skeleton, a)] += 1.0;
  }
  expect_drawn_from(counts, law);
}

INSTANTIATE_TEST_SUITE_P(Rules, RuledSampler, testing::ValuesIn(ruled_cases()),
                         [](const auto& test) { return test.param.name; });

// The target of a network that learned the valid states perfectly.
Target target_of(const Ruled& ruled) {
  Target target{{kOpen}, ruled.valid, {}};
  for (std::size_t i = 0; i < ruled.valid.size(); ++i) {
    target.weights.push_back(1.0 + static_cast<double>(i * i % 7));
  }
  return target;
}

TEST(RuledLaw, OneVariableACallReproducesAPerfectNetworksTarget) {
  for (const Ruled& ruled : {at_most_one(), dependent_chain()}) {
    const Target target = target_of(ruled);
    const ExactDenoiser denoiser(ruled.skeleton, {}, {target});
    const Values law = sampling_law(ruled.skeleton, denoiser, {}, {kOpen}, 0, {});
    const double total = std::accumulate(target.weights.begin(), target.weights.end(), 0.0);
    Values expected(law.size(), 0.0);
    for (std::size_t i = 0; i < ruled.valid.size(); ++i) {
      expected[architecture_index(ruled.skeleton, ruled.valid[i])] = target.weights[i] / total;
    }
    // The logarithms of the network's logits and back: a few roundings a factor.
    for (std::size_t i = 0; i < law.size(); ++i) EXPECT_NEAR(law[i], expected[i], 1e-12) << i;
    // Rules cost a perfect network nothing, while several variables a call do.
    const Values two = sampling_law(ruled.skeleton, denoiser, {}, {kOpen}, 2, {});
    EXPECT_GT(total_variation(two, expected), 0.005);
  }
}

}  // namespace
}  // namespace dinas
