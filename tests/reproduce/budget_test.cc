#include "reproduce/budget.h"

#include <gtest/gtest.h>

namespace dinas {
namespace {

ReproducedModel model_of(Profile profile, double seconds) {
  ReproducedModel m;
  m.name = "m";
  m.profile = profile;
  m.seconds = seconds;
  m.epochs = profile == Profile::kPaper ? 100 : 0;
  return m;
}

TEST(DivideBudget, TenMinutesByHand) {
  // 540 s are usable. The default profile asks for 120 + 60 s and may have a quarter, 135 s: 90 and
  // 45. The 405 s left are two shares of 202.5 s: 121.5 s of training and 81 s of sampling each.
  const std::vector<ReproducedModel> models{
      model_of(Profile::kFast, 120.0), model_of(Profile::kFast, 60.0),
      model_of(Profile::kPaper, 0.0), model_of(Profile::kPaper, 0.0)};
  const auto times = divide_budget(600.0, models);
  ASSERT_EQ(times.size(), 4U);
  EXPECT_DOUBLE_EQ(times[0].train, 90.0);
  EXPECT_DOUBLE_EQ(times[1].train, 45.0);
  EXPECT_EQ(times[1].sample, 0.0);
  for (const std::size_t m : {2U, 3U}) {
    EXPECT_DOUBLE_EQ(times[m].train, 121.5);
    EXPECT_DOUBLE_EQ(times[m].sample, 81.0);
  }
}

TEST(DivideBudget, TheDefaultProfileGetsNoMoreThanItAsksFor) {
  const std::vector<ReproducedModel> models{model_of(Profile::kFast, 120.0)};
  EXPECT_DOUBLE_EQ(divide_budget(3600.0, models)[0].train, 120.0);
  EXPECT_DOUBLE_EQ(divide_budget(100.0, models)[0].train, 90.0);  // alone it may have all
}

TEST(DivideBudget, NeverSpendsMoreThanThereIs) {
  const std::vector<ReproducedModel> models{model_of(Profile::kFast, 300.0),
                                            model_of(Profile::kPaper, 0.0),
                                            model_of(Profile::kPaper, 0.0)};
  for (const double seconds : {1.0, 60.0, 600.0, 36000.0}) {
    double spent = 0.0;
    for (const ModelTime& t : divide_budget(seconds, models)) spent += t.train + t.sample;
    EXPECT_NEAR(spent, 0.9 * seconds, 1e-9 * seconds);
  }
}

TEST(CutSampling, CutsInTheStatedOrderByHand) {
  const SamplingSize asked{192, 10, 500};  // 960,000 calls
  const auto with = [&](double calls) { return cut_sampling(asked, calls, 1.0); };
  EXPECT_EQ(with(960'000), asked);
  EXPECT_EQ(with(480'000), (SamplingSize{192, 10, 250}));
  EXPECT_EQ(with(96'000), (SamplingSize{192, 10, 50}));
  EXPECT_EQ(with(50'000), (SamplingSize{192, 5, 50}));  // 5.2 repeats of 9,600
  EXPECT_EQ(with(28'800), (SamplingSize{192, 3, 50}));
  EXPECT_EQ(with(14'400), (SamplingSize{192, 3, 25}));
  EXPECT_EQ(with(8'000), (SamplingSize{192, 2, 20}));  // 2.08 repeats of 3,840
  EXPECT_EQ(with(1'000), (SamplingSize{50, 1, 20}));
  EXPECT_EQ(with(0.0), (SamplingSize{1, 1, 20}));
  EXPECT_EQ(cut_sampling(asked, 14'400, 0.5), (SamplingSize{192, 3, 50}));  // 28,800 calls
}

TEST(CutSampling, FitsWheneverItCan) {
  const SamplingSize asked{192, 10, 500};
  for (double calls = 20; calls < 1e6; calls *= 1.1) {
    const SamplingSize size = cut_sampling(asked, calls, 1.0);
    EXPECT_LE(static_cast<double>(size.queries * size.repeats * size.steps), calls);
  }
}

TEST(CutSampling, WithoutStepsNothingIsCut) {
  EXPECT_EQ(cut_sampling({192, 10, 0}, 0.0, 1.0), (SamplingSize{192, 10, 0}));
}

TEST(Cuts, SayAskedDoneAndTheWholeByHand) {
  const auto cuts = sampling_cuts("e", {192, 10, 500}, {192, 3, 50}, 0.01);
  ASSERT_EQ(cuts.size(), 2U);  // 960,000 calls of 10 ms are 9,600 s
  EXPECT_EQ(cuts[0], (Cut{"e", "network calls an architecture", "500", "50", 9600.0}));
  EXPECT_EQ(cuts[1], (Cut{"e", "repeats", "10", "3", 9600.0}));
  EXPECT_TRUE(sampling_cuts("e", {192, 10, 500}, {192, 10, 500}, 0.01).empty());

  // A quarter of an epoch in 90 s: 100 epochs take 36,000 s.
  const auto training = training_cuts(model_of(Profile::kPaper, 0.0), 0.25, 90.0);
  ASSERT_EQ(training.size(), 1U);
  EXPECT_EQ(training[0], (Cut{"m", "epochs of training", "100", "0.25", 36000.0}));
  EXPECT_TRUE(training_cuts(model_of(Profile::kPaper, 0.0), 100.0, 90.0).empty());
  EXPECT_EQ(training_cuts(model_of(Profile::kFast, 120.0), 3.0, 30.2).at(0).done, "30.2");
  EXPECT_TRUE(training_cuts(model_of(Profile::kFast, 120.0), 3.0, 120.1).empty());
}

}  // namespace
}  // namespace dinas
