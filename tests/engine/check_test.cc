#include "engine/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "condition/condition.h"
#include "engine/fast.h"
#include "engine/reference.h"
#include "support/random_model.h"
#include "support/toy_space.h"

namespace dinas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// One variable of two values, one of three: five logits a graph.
Skeleton two_variables() {
  Skeleton skeleton;
  skeleton.variables.resize(2);
  skeleton.variables[0].values = {"a", "b"};
  skeleton.variables[1].values = {"a", "b", "c"};
  return skeleton;
}

TEST(CompareLogits, ByHand) {
  const std::vector<double> expected = {0.5, -8.0, 0.0, 0.25, 0.0, 1.0, 2.0, 0.0, 0.0, -4.0};
  std::vector<double> actual = expected;
  actual[0] += 0.5;    // beside -8: 1/16 of its variable
  actual[3] -= 0.125;  // alone in a variable below 1: absolute
  actual[6] += 1.0;    // beside 2: 1/2
  actual[9] += 3e-7;
  const Differences d = compare_logits(two_variables(), expected, actual);
  EXPECT_EQ(d.logits, 10U);
  EXPECT_DOUBLE_EQ(d.largest_logit, 8.0);
  EXPECT_DOUBLE_EQ(d.worst_absolute, 1.0);
  EXPECT_DOUBLE_EQ(d.worst_relative, 0.5);
  // Six equal; 3e-7 below 1e-6; 0.125 and 0.5 below 1; 1 from 1 on.
  EXPECT_EQ(d.decades, (std::array<std::uint64_t, kDecades>{6, 0, 0, 1, 0, 0, 0, 0, 0, 2, 1}));
}

TEST(CompareLogits, RelativeDifferencesAreAbsoluteBelowOne) {
  const std::vector<double> expected(5, 0.5);
  std::vector<double> actual = expected;
  actual[2] = 0.75;
  EXPECT_DOUBLE_EQ(compare_logits(two_variables(), expected, actual).worst_relative, 0.25);
}

TEST(CompareLogits, WhatIsNotFiniteIsAsWrongAsCanBe) {
  const std::vector<double> expected(5, 0.5);
  for (const double wrong : {std::nan(""), kInfinity, -kInfinity}) {
    std::vector<double> actual = expected;
    actual[4] = wrong;
    const Differences d = compare_logits(two_variables(), expected, actual);
    EXPECT_EQ(d.worst_absolute, kInfinity);
    EXPECT_EQ(d.worst_relative, kInfinity);
    EXPECT_EQ(d.decades[kDecades - 1], 1U);
  }
}

TEST(CompareLogits, DecadesAscendToInfinity) {
  EXPECT_EQ(decade_end(0), 1e-9);
  EXPECT_EQ(decade_end(kDecades - 2), 1.0);
  EXPECT_EQ(decade_end(kDecades - 1), kInfinity);
  for (std::size_t i = 1; i + 1 < kDecades; ++i) {
    EXPECT_NEAR(decade_end(i) / decade_end(i - 1), 10.0, 1e-9);
  }
}

TEST(CheckInputs, CoverMasksConditionsAndTimes) {
  const auto space = find_space("nasbench201");
  const Skeleton& skeleton = space->skeleton();
  const CheckInputs inputs = random_check_inputs(skeleton, 3, 1000);
  ASSERT_EQ(inputs.blocks.size(), 4U);
  EXPECT_EQ(inputs.blocks.back().condition.size(), 1000 - 3 * kCheckBlock);
  std::vector<int> graphs_with(skeleton.variables.size() + 1);
  std::set<double> times;
  int null_conditions = 0;
  for (const auto& block : inputs.blocks) {
    times.insert(block.time);
    for (std::size_t g = 0; g < block.condition.size(); ++g) {
      std::size_t masks = 0;
      for (std::size_t v = 0; v < skeleton.variables.size(); ++v) {
        const int value = block.states[g * skeleton.variables.size() + v];
        ASSERT_LE(value, skeleton.variables[v].size());
        masks += value == skeleton.variables[v].size() ? 1 : 0;
      }
      ++graphs_with[masks];
      const Condition& condition = block.conditions.at(block.condition[g]);
      null_conditions += is_null(condition) ? 1 : 0;
      for (const float entry : condition) EXPECT_TRUE(std::isnan(entry) || entry <= 0.0F);
    }
  }
  EXPECT_EQ(times.size(), 4U);
  // 1000 / 7 = 143 of each, standard deviation 11.
  EXPECT_GT(*std::ranges::min_element(graphs_with), 80);
  // One in 16, and one in eight of the others: 62 + 117, standard deviation 12, of conditions 20.
  EXPECT_GT(null_conditions, 90);
  EXPECT_LT(null_conditions, 300);
}

TEST(CheckInputs, FewerAreAPrefixOfMore) {
  const Skeleton skeleton = mixed_skeleton();
  const CheckInputs more = random_check_inputs(skeleton, 1, 2 * kCheckBlock);
  const CheckInputs fewer = random_check_inputs(skeleton, 1, kCheckBlock);
  ASSERT_EQ(fewer.blocks.size(), 1U);
  EXPECT_EQ(fewer.blocks[0].states, more.blocks[0].states);
  EXPECT_EQ(fewer.blocks[0].condition, more.blocks[0].condition);
  EXPECT_NE(more.blocks[0].states, more.blocks[1].states);
}

class EngineCheck : public testing::TestWithParam<std::string> {};

// The fast engine passes its own tolerance; with one weight altered it does not.
TEST_P(EngineCheck, CatchesAnAlteredWeight) {
  const auto space = any_space(GetParam());
  const Skeleton& skeleton = space->skeleton();
  for (const bool time_input : {false, true}) {
    Model model = random_model({.time_input = time_input}, skeleton, 2);
    const CheckInputs inputs = random_check_inputs(skeleton, 2, 300);
    const auto expected =
        check_logits(*make_reference_denoiser(model, *space), skeleton, inputs, 2);
    const auto difference = [&] {
      const auto denoiser = make_fast_denoiser(model, *space);
      const auto one = check_logits(*denoiser, skeleton, inputs, 1);
      EXPECT_EQ(one, check_logits(*denoiser, skeleton, inputs, 2));
      return compare_logits(skeleton, expected, one).worst_relative;
    };
    EXPECT_LT(difference(), kFloatTolerance);
    model.weights.at("layer.1.attention.out.bias").data[3] += 0.01F;
    EXPECT_GT(difference(), kFloatTolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Spaces, EngineCheck, testing::ValuesIn(every_space()),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace dinas
