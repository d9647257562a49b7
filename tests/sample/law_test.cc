#include "sample/law.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/error.h"
#include "support/toy_reference.h"

namespace dinas {
namespace {

// The two computations differ only in the order of a few dozen additions and in exp/log against
// pow.
constexpr double kRounding = 1e-11;

using GuideOfCall = std::function<Guide(int)>;

struct LawCase {
  const char* name;
  Condition condition;
  GuidanceOptions options;
  GuideOfCall guide;
};

GuidanceOptions guidance(GuidanceForm form, double weight, int first = 1, int last = 0) {
  GuidanceOptions options;
  options.form = form;
  options.weight = weight;
  options.first_step = first;
  options.last_step = last;
  return options;
}

std::vector<LawCase> law_cases() {
  const auto always = [](const Guide& guide) { return [guide](int) { return guide; }; };
  const auto second_call = [](const Guide& inside) {
    return [inside](int call) { return call == 2 ? inside : plain_guide(Toy::both()); };
  };
  GuidanceOptions own_weights = guidance(GuidanceForm::kComposed, 0.5);
  own_weights.metric_weights = {2.0, std::nullopt};
  return {
      {"null", Toy::open(), guidance(GuidanceForm::kJoint, 2), always(plain_guide(Toy::open()))},
      {"conditional", Toy::both(), guidance(GuidanceForm::kJoint, 0),
       always(plain_guide(Toy::both()))},
      {"joint", Toy::first(), guidance(GuidanceForm::kJoint, 2),
       always(tilted_guide(Toy::first(), 2, false))},
      {"composed", Toy::both(), guidance(GuidanceForm::kComposed, 1), always(composed_guide(1, 1))},
      {"composed, own weights", Toy::both(), own_weights, always(composed_guide(2, 0.5))},
      {"posterior", Toy::both(), guidance(GuidanceForm::kPosterior, 1.5),
       always(tilted_guide(Toy::both(), 1.5, true))},
      {"joint in call 2", Toy::both(), guidance(GuidanceForm::kJoint, 2, 2, 2),
       second_call(tilted_guide(Toy::both(), 2, false))},
      {"composed in call 2", Toy::both(), guidance(GuidanceForm::kComposed, 1, 2, 2),
       second_call(composed_guide(1, 1))},
  };
}

std::vector<double> law(const Toy& toy, const Condition& condition, int steps,
                        const GuidanceOptions& options) {
  return sampling_law(toy.skeleton(), toy.denoiser(), toy.process(), condition, steps, options);
}

void expect_same_law(const std::vector<double>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  EXPECT_NEAR(std::accumulate(found.begin(), found.end(), 0.0), 1.0, kRounding);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], kRounding) << i;
}

TEST(SamplingLaw, MaskIsTheMeanOverOrdersOfProductsOfGuidedConditionals) {
  const Toy toy(Noise::kMask);
  const std::vector<std::vector<std::size_t>> groups = {{3}, {2, 1}, {1, 1, 1}};
  for (const LawCase& c : law_cases()) {
    for (int steps = c.options.first_step; steps <= 3; ++steps) {
      SCOPED_TRACE(std::string(c.name) + ", steps " + std::to_string(steps));
      expect_same_law(
          law(toy, c.condition, steps, c.options),
          reference_mask_law(toy, groups[static_cast<std::size_t>(steps - 1)], c.guide));
    }
  }
}

TEST(SamplingLaw, StridedChainsAreProductsOfDenseMatrices) {
  for (const Noise noise : {Noise::kMarginal, Noise::kUniform}) {
    const Toy toy(noise);
    const Rows marginals = noise == Noise::kMarginal
                               ? toy.process().marginals
                               : Rows{{0.5, 0.5}, {1 / 3.0, 1 / 3.0, 1 / 3.0}, {0.5, 0.5}};
    for (const LawCase& c : law_cases()) {
      SCOPED_TRACE(std::string(c.name) + ", " + std::string(noise_name(noise)));
      expect_same_law(law(toy, c.condition, 5, c.options),
                      reference_strided_law(toy, marginals, quadratic_grid(500, 5), c.guide));
    }
  }
}

TEST(SamplingLaw, AsManyStepsAsTheScheduleHasAreTheFullGrid) {
  const Toy toy(Noise::kMarginal, 6);
  expect_same_law(law(toy, Toy::both(), 6, guidance(GuidanceForm::kJoint, 0)),
                  reference_strided_law(toy, toy.process().marginals, full_grid(6),
                                        [](int) { return plain_guide(Toy::both()); }));
}

TEST(SamplingLaw, OneVariableACallIsExactAndMoreACallAreNot) {
  const Toy toy(Noise::kMask);
  for (const Condition& c : {Toy::open(), Toy::first(), Toy::second(), Toy::both()}) {
    const auto options = guidance(GuidanceForm::kJoint, 0);
    expect_same_law(law(toy, c, 0, options), Toy::law(c));
    const double two = total_variation(law(toy, c, 2, options), Toy::law(c));
    const double one = total_variation(law(toy, c, 1, options), Toy::law(c));
    EXPECT_GT(two, 0.02);
    EXPECT_GT(one, two);
  }
}

TEST(SamplingLaw, StridedChainsApproachTheTargetAsStepsGrow) {
  for (const Noise noise : {Noise::kMarginal, Noise::kUniform}) {
    const Toy toy(noise);
    double last = 1.0;
    for (const int steps : {2, 4, 10, 50, 500}) {
      const double distance = total_variation(
          law(toy, Toy::both(), steps, guidance(GuidanceForm::kJoint, 0)), Toy::law(Toy::both()));
      EXPECT_LT(distance, last) << steps << " steps, " << noise_name(noise);
      last = distance;
    }
    // What stays is the factorised posterior of single steps, and abar_0 < 1.
    EXPECT_LT(last, 0.01) << noise_name(noise);
  }
}

TEST(SamplingLaw, ZeroWeightIsTheConditionalAndOpenBoundsAreTheNullModelForEveryWeight) {
  for (const Noise noise : {Noise::kMask, Noise::kMarginal, Noise::kUniform}) {
    const Toy toy(noise);
    const int steps = noise == Noise::kMask ? 2 : 6;
    const auto conditional = law(toy, Toy::both(), steps, guidance(GuidanceForm::kJoint, 0));
    expect_same_law(law(toy, Toy::both(), steps, guidance(GuidanceForm::kPosterior, 0)),
                    conditional);
    const auto null = law(toy, Toy::open(), steps, guidance(GuidanceForm::kJoint, 0));
    for (const auto form :
         {GuidanceForm::kJoint, GuidanceForm::kComposed, GuidanceForm::kPosterior}) {
      for (const double w : {0.5, 2.0, 8.0}) {
        EXPECT_EQ(law(toy, Toy::open(), steps, guidance(form, w)), null);
      }
    }
    // So that the equalities above say something: bounds and guidance do change the law.
    EXPECT_GT(total_variation(conditional, null), 0.1);
    EXPECT_GT(total_variation(law(toy, Toy::both(), steps, guidance(GuidanceForm::kJoint, 2)),
                              conditional),
              0.02);
  }
}

TEST(SamplingLaw, GuidedChainIsNotTheTiltedJoint) {
  const Toy toy(Noise::kMask);
  const auto chain = law(toy, Toy::first(), 0, guidance(GuidanceForm::kJoint, 2));
  const auto tilted =
      tilted_guide(Toy::first(), 2, false).combine({Toy::law(Toy::first()), Toy::law(Toy::open())});
  const double gap = total_variation(chain, tilted);
  RecordProperty("total_variation", std::to_string(gap));
  EXPECT_GT(gap, 0.05);
}

TEST(SamplingLaw, RefusesSpacesTooLargeToList) {
  Skeleton skeleton;
  Variable variable;
  variable.values = {"a", "b", "c"};
  skeleton.variables.assign(20, variable);
  const ExactDenoiser denoiser(skeleton, {}, {});
  EXPECT_THROW(sampling_law(skeleton, denoiser, {}, Toy::open(), 0, {}), UsageError);
}

TEST(TotalVariation, ByHand) {
  EXPECT_DOUBLE_EQ(
      total_variation(std::vector<double>{0.5, 0.5, 0.0}, std::vector<double>{0.2, 0.5, 0.3}), 0.3);
}

TEST(SamplingFloor, IsTheExpectedDistanceOfFrequencies) {
  // Two draws with p = (.3, .7): the share of the first is 0, .5, 1 with .49, .42, .09.
  const double expected = 0.49 * 0.3 + 0.42 * 0.2 + 0.09 * 0.7;
  EXPECT_NEAR(sampling_floor(std::vector<double>{0.3, 0.7}, 2), expected, 1e-14);
  EXPECT_EQ(sampling_floor(std::vector<double>{1.0, 0.0}, 10), 0.0);
}

}  // namespace
}  // namespace dinas
