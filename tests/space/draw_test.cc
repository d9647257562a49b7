#include "space/draw.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "condition/statistics.h"
#include "support/ruled_skeletons.h"
#include "support/spaces.h"
#include "support/toy_space.h"

namespace dinas {
namespace {

constexpr int kDraws = 24000;

RandomStream stream_of(int item) { return {5, Purpose::kCheck, static_cast<std::uint32_t>(item)}; }

std::map<Architecture, int> draw_many(const Skeleton& skeleton) {
  std::map<Architecture, int> counts;
  for (int i = 0; i < kDraws; ++i) {
    RandomStream stream = stream_of(i);
    ++counts[random_architecture(skeleton, stream)];
  }
  return counts;
}

TEST(RandomArchitecture, IsUniformWhereThereAreNoRules) {
  const auto counts = draw_many(mixed_skeleton());
  ASSERT_EQ(counts.size(), 12U);
  ChiSquare chi;
  for (const auto& [a, count] : counts) chi.add(count, kDraws / 12.0);
  chi.close_group();
  EXPECT_LT(chi.statistic(), chi.critical());
}

// The first variable in the order is 1 with 1/2, otherwise the second with 1/2, otherwise the third
// with 1/2; a place in the order is each variable's with 1/3.
TEST(RandomArchitecture, AtMostOneByHand) {
  const auto counts = draw_many(at_most_one().skeleton);
  ASSERT_EQ(counts.size(), 4U);
  double statistic = 0.0;
  for (const auto& [a, count] : counts) {
    const double expected = kDraws * (a == Architecture{0, 0, 0} ? 1 / 8.0 : 7 / 24.0);
    statistic += (count - expected) * (count - expected) / expected;
  }
  EXPECT_LT(statistic, 21.11);  // chi-square, 3 degrees of freedom, alpha = 1e-4
}

// Mean over the orders of the masked variables of what each order gives to `target`; in every step
// the values that some valid architecture has beside what is set already.
double exact_probability(const Ruled& ruled, const Architecture& target, Architecture state) {
  double sum = 0.0;
  int masked = 0;
  for (std::size_t v = 0; v < state.size(); ++v) {
    const auto mask = static_cast<std::uint8_t>(ruled.skeleton.variables[v].size());
    if (state[v] != mask) continue;
    ++masked;
    int allowed = 0;
    for (std::uint8_t k = 0; k < mask; ++k) {
      state[v] = k;
      allowed += ruled.skeleton.rules->completable(state) ? 1 : 0;
    }
    state[v] = target[v];
    sum += exact_probability(ruled, target, state) / allowed;
    state[v] = mask;
  }
  return masked == 0 ? 1.0 : sum / masked;
}

TEST(RandomArchitecture, FollowsItsLawUnderRules) {
  const Ruled ruled = dependent_chain();
  const auto counts = draw_many(ruled.skeleton);
  ASSERT_EQ(counts.size(), ruled.valid.size());
  double total = 0.0;
  double statistic = 0.0;
  for (const Architecture& a : ruled.valid) {
    const double p = exact_probability(ruled, a, {3, 3, 3, 2});
    total += p;
    const double expected = p * kDraws;
    const double observed = counts.at(a);
    statistic += (observed - expected) * (observed - expected) / expected;
  }
  EXPECT_NEAR(total, 1.0, 1e-12);
  EXPECT_LT(statistic, 33.72);  // chi-square, 9 degrees of freedom, alpha = 1e-4
}

class DrawnFrom : public testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<const Space> space_ =
      GetParam().ends_with(".toml") ? shipped_space(GetParam()) : find_space(GetParam());
};

TEST_P(DrawnFrom, AlwaysAnArchitecture) {
  const Skeleton& skeleton = space_->skeleton();
  for (int i = 0; i < 5000; ++i) {
    RandomStream stream = stream_of(i);
    const Architecture a = random_architecture(skeleton, stream);
    ASSERT_TRUE(is_valid(skeleton, a)) << i;
    RandomStream again = stream_of(i);
    ASSERT_EQ(random_architecture(skeleton, again), a);
  }
}

INSTANTIATE_TEST_SUITE_P(Spaces, DrawnFrom,
                         testing::Values("darts", "nasbench101", "nasbench201", "nasbench_nlp",
                                         "enas.toml", "mobilenet_chain.toml",
                                         "nasbench_graph.toml"),
                         [](const auto& test) {
                           return test.param.substr(0, test.param.find('.'));
                         });

}  // namespace
}  // namespace dinas
