#include "torch/paper_classes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "torch/paper_support.h"

namespace dinas {
namespace {

using enum MetricClass;

TEST(PaperClasses, TopShareIsGoodMissingIsNull) {
  TrainingSet data = small_training_set(10, 8, 2);
  data.labels.ranks[2 * 1 + 0] = 0;  // row 1 lacks metric 0
  const auto classes = training_classes(data, small_paper());
  ASSERT_EQ(classes.size(), 10U);
  // Metric 0 ranks rows upwards, metric 1 downwards; 0.25 of 8 is two ranks.
  EXPECT_EQ(classes[0], (PaperClasses{kGood, kRest}));
  EXPECT_EQ(classes[1], (PaperClasses{kNull, kRest}));
  EXPECT_EQ(classes[2], (PaperClasses{kRest, kRest}));
  EXPECT_EQ(classes[6], (PaperClasses{kRest, kGood}));
  EXPECT_EQ(classes[7], (PaperClasses{kRest, kGood}));
  EXPECT_EQ(classes[8], (PaperClasses{kNull, kNull}));  // no labels
}

TEST(PaperClasses, ShareWithoutMembersIsRefused) {
  PaperConfig config;
  config.class_shares = {0.1};
  EXPECT_THROW(training_classes(small_training_set(8, 8, 1), config), UsageError);
}

TEST(PaperClasses, EveryMetricMayHaveAShareOfItsOwn) {
  PaperConfig config;
  config.class_shares = {0.25, 1.0};
  const auto classes = training_classes(small_training_set(8, 8, 2), config);
  EXPECT_EQ(classes[1], (PaperClasses{kGood, kGood}));
  EXPECT_EQ(classes[2], (PaperClasses{kRest, kGood}));
  EXPECT_EQ(classes[7], (PaperClasses{kRest, kGood}));
}

TEST(PaperClasses, DropsAreIndependentTenPercent) {
  RandomStream stream(1, Purpose::kCheck);
  constexpr int kDraws = 100000;
  int first = 0;
  int both = 0;
  for (int i = 0; i < kDraws; ++i) {
    const PaperClasses c = drop_classes({kGood, kRest}, 0.1, stream);
    if (c[0] == kNull) ++first;
    if (c[0] == kNull && c[1] == kNull) ++both;
    ASSERT_NE(c[0], kRest);
    ASSERT_NE(c[1], kGood);
  }
  // Five standard deviations of a frequency over 100,000 draws.
  EXPECT_NEAR(first / static_cast<double>(kDraws), 0.10, 5 * std::sqrt(0.09 / kDraws));
  EXPECT_NEAR(both / static_cast<double>(kDraws), 0.01, 5 * std::sqrt(0.0099 / kDraws));
}

TEST(PaperClasses, ConditionsAskForGoodWhereTheyAreNotOpen) {
  EXPECT_EQ(requested_classes({kOpen, std::log(0.3F)}), (PaperClasses{kNull, kGood}));
}

TEST(PaperClasses, CodesAreOneHotAndTheOfficialSamplingTransposesThem) {
  EXPECT_EQ(class_codes({kGood, kRest, kNull}), (std::vector<float>{0, 1, 1, 0, 0, 0}));
  // docs/paper.md 6, B5: first condition null (0,0), second (1,1), a code never seen in training.
  EXPECT_EQ(class_codes({kGood, kGood}, true), (std::vector<float>{0, 0, 1, 1}));
}

}  // namespace
}  // namespace dinas
