#include "sample/guidance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "support/exact_denoiser.h"

namespace dinas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
using Logits = std::vector<std::vector<double>>;

GuidanceOptions options(GuidanceForm form, double weight) {
  GuidanceOptions result;
  result.form = form;
  result.weight = weight;
  return result;
}

void expect_conditions(const std::vector<Condition>& found,
                       const std::vector<Condition>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t c = 0; c < found.size(); ++c) {
    EXPECT_TRUE(same_condition(found[c], expected[c])) << "condition " << c;
  }
}

TEST(GuidanceForm, NamesRoundTrip) {
  for (const auto form :
       {GuidanceForm::kJoint, GuidanceForm::kComposed, GuidanceForm::kPosterior}) {
    EXPECT_EQ(parse_guidance_form(guidance_form_name(form)), form);
  }
  EXPECT_THROW(parse_guidance_form("none"), UsageError);
}

TEST(GuidanceWeight, LiesBetweenNothingAndWhatCannotOverflow) {
  for (const double weight : {0.0, 2.5, kLargestGuidanceWeight}) {
    EXPECT_NO_THROW(check_guidance_weight(weight)) << weight;
  }
  for (const double weight : {-1e-9, 1000.001, 1e308, kInfinity, std::nan("")}) {
    EXPECT_THROW(check_guidance_weight(weight), UsageError) << weight;
  }
}

// No forward pass out of floats comes near logits of this size.
TEST(GuidanceWeight, TheLargestKeepsHugeLogitsFinite) {
  constexpr double kHuge = 1e300;
  const Logits logits = {{-kHuge}, {kHuge}, {kHuge}};
  const auto composed = combine_logits(logits, {-1.0F, -1.0F},
                                       options(GuidanceForm::kComposed, kLargestGuidanceWeight));
  EXPECT_TRUE(std::isfinite(composed[0]));
}

TEST(GuidanceConditions, AreWhatEachFormNeeds) {
  const Condition condition = {-1.0F, kOpen, -2.0F};
  const Condition null = {kOpen, kOpen, kOpen};
  for (const auto form : {GuidanceForm::kJoint, GuidanceForm::kPosterior}) {
    expect_conditions(guidance_conditions(condition, options(form, 2.0)), {condition, null});
    expect_conditions(guidance_conditions(condition, options(form, 0.0)), {condition});
    expect_conditions(guidance_conditions(null, options(form, 2.0)), {null});
  }
  for (const double weight : {0.0, 2.0}) {
    const auto composed = options(GuidanceForm::kComposed, weight);
    expect_conditions(guidance_conditions(condition, composed),
                      {null, {-1.0F, kOpen, kOpen}, {kOpen, kOpen, -2.0F}});
    expect_conditions(guidance_conditions(null, composed), {null});
  }
}

TEST(CombineLogits, JointByHand) {
  const Logits logits = {{1.0, -1.0}, {0.5, 2.0}};
  EXPECT_EQ(combine_logits(logits, {-1.0F}, options(GuidanceForm::kJoint, 2.0)),
            (std::vector<double>{2.0, -7.0}));
  EXPECT_EQ(combine_logits(logits, {-1.0F}, options(GuidanceForm::kJoint, 0.0)), logits[0]);
}

TEST(CombineLogits, ASingleRowStaysAsItIs) {
  const Logits logits = {{0.1, -0.7, 3.0}};
  for (const auto form :
       {GuidanceForm::kJoint, GuidanceForm::kComposed, GuidanceForm::kPosterior}) {
    EXPECT_EQ(combine_logits(logits, {kOpen, kOpen}, options(form, 5.0)), logits[0]);
  }
}

TEST(CombineLogits, ComposedByHandWithOwnWeights) {
  const Logits logits = {{1.0, 0.0}, {2.0, -1.0}, {0.0, 3.0}};
  const Condition condition = {-1.0F, kOpen, -1.0F};
  GuidanceOptions composed = options(GuidanceForm::kComposed, 1.0);
  // 1 + 2 (2-1) + 2 (0-1) = 1; 0 + 2 (-1) + 2 (3) = 4.
  EXPECT_EQ(combine_logits(logits, condition, composed), (std::vector<double>{1.0, 4.0}));
  composed.metric_weights = {0.0, 7.0, std::nullopt};  // the open metric's weight is not used
  // 1 + 1 (1) + 2 (-1) = 0; 0 - 1 + 6 = 5.
  EXPECT_EQ(combine_logits(logits, condition, composed), (std::vector<double>{0.0, 5.0}));
}

TEST(CombineLogits, ComposedOfOneConditionIsJoint) {
  const std::vector<double> conditional = {0.3, -1.2, 2.0};
  const std::vector<double> null = {1.0, 0.1, -0.4};
  const auto joint =
      combine_logits(Logits{conditional, null}, {-1.0F, kOpen}, options(GuidanceForm::kJoint, 1.5));
  const auto composed = combine_logits(Logits{null, conditional}, {-1.0F, kOpen},
                                       options(GuidanceForm::kComposed, 1.5));
  for (std::size_t x = 0; x < joint.size(); ++x) EXPECT_NEAR(joint[x], composed[x], 1e-14);
}

TEST(CombineLogits, ForbiddenValuesStayForbiddenAndNothingTurnsNan) {
  const std::vector<double> conditional = {0.5, -kInfinity, -kInfinity, 0.5};
  const std::vector<double> null = {0.0, 0.0, -kInfinity, -kInfinity};
  const auto joint =
      combine_logits(Logits{conditional, null}, {-1.0F}, options(GuidanceForm::kJoint, 2.0));
  EXPECT_EQ(joint, (std::vector<double>{1.5, -kInfinity, -kInfinity, 0.5}));
  const auto composed =
      combine_logits(Logits{null, conditional}, {-1.0F}, options(GuidanceForm::kComposed, 2.0));
  EXPECT_EQ(composed, (std::vector<double>{1.5, -kInfinity, -kInfinity, -kInfinity}));
}

TEST(CombinePosteriors, ByHand) {
  // .2^2/.5 : .8^2/.5 = .08 : 1.28
  const std::vector<double> p =
      combine_posteriors(std::vector<double>{0.2, 0.8}, std::vector<double>{0.5, 0.5}, 1.0);
  EXPECT_NEAR(p[0], 0.08 / 1.36, 1e-15);
  EXPECT_NEAR(p[1], 1.28 / 1.36, 1e-15);
}

TEST(CombinePosteriors, ZeroWeightOrEqualModelsChangeNothing) {
  const std::vector<double> conditional = {0.1, 0.6, 0.3, 0.0};
  const std::vector<double> null = {0.4, 0.3, 0.2, 0.1};
  const auto unguided = combine_posteriors(conditional, null, 0.0);
  const auto equal = combine_posteriors(conditional, conditional, 3.0);
  for (std::size_t x = 0; x < conditional.size(); ++x) {
    EXPECT_NEAR(unguided[x], conditional[x], 1e-15);
    EXPECT_NEAR(equal[x], conditional[x], 1e-15);
  }
  EXPECT_EQ(combine_posteriors(conditional, null, 2.0)[3], 0.0);
}

}  // namespace
}  // namespace dinas
