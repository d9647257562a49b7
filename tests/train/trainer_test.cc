#include "train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "model/parameters.h"
#include "support/resume.h"
#include "support/temp.h"
#include "train/fast_support.h"
#include "train/step.h"

namespace dinas {
namespace {

Model train_computed(const TrainOptions& options, const TrainObserver& observer) {
  return train_fast(computed_training_set(), options, observer);
}

TrainOptions options_of_epochs(int epochs) {
  TrainOptions options = small_fast_options();
  options.batch = 256;  // 4 steps an epoch
  options.epochs = epochs;
  return options;
}

TEST(Trainer, RecordsWhatItDid) {
  const TrainingSet& data = computed_training_set();
  const TrainOptions options = options_of_epochs(1);
  const Model model = train_fast(data, options, {});
  EXPECT_EQ(model.config.profile, Profile::kFast);
  EXPECT_EQ(model.config.space, "nasbench201");
  EXPECT_EQ(model.config.noise, Noise::kMask);
  EXPECT_EQ(model.config.denoiser, options.denoiser);
  EXPECT_EQ(model.config.training.steps, 4U);  // of 955 architectures
  EXPECT_EQ(model.config.training.batch, 256);
  EXPECT_EQ(model.config.training.graphs, 955U);
  EXPECT_EQ(model.config.training.labels, 955U);
  EXPECT_EQ(model.config.training.seconds, 0.0);
  const auto table = fast_parameters(options.denoiser, data.space->skeleton(), 2);
  ASSERT_EQ(model.weights.size(), table.size());
  for (const auto& info : table) EXPECT_EQ(model.weights.at(info.name).shape, info.shape);
}

TEST(Trainer, ARunByTimeRecordsItsTime) {
  TrainOptions options = small_fast_options();
  options.epochs = 0;
  options.max_seconds = 0.2;
  const Model model = train_fast(computed_training_set(), options, {});
  EXPECT_GE(model.config.training.seconds, 0.2);
  EXPECT_GE(model.config.training.steps, 1U);
}

// At a rate of 0 both would be what they were in the beginning.
TEST(Trainer, ARunWithoutTimeStillLearnsFromOneStep) {
  const auto trained = [](double rate) {
    TrainOptions options = small_fast_options();
    options.epochs = 0;
    options.max_seconds = 1e-9;
    options.learning_rate = rate;
    return train_fast(computed_training_set(), options, {});
  };
  const Model slow = trained(1e-3), fast = trained(1e-2);
  EXPECT_EQ(slow.config.training.steps, 1U);
  EXPECT_TRUE(std::ranges::any_of(slow.weights, [&](const auto& weight) {
    return weight.second.data != fast.weights.at(weight.first).data;
  }));
}

TEST(Trainer, AFewDozenStepsLowerTheLoss) {
  for (const Noise noise : {Noise::kMask, Noise::kMarginal}) {
    TrainOptions options = small_fast_options();
    options.batch = 128;
    options.noise = noise;
    options.denoiser.time_input = noise != Noise::kMask;
    TrainingStep step(computed_training_set(), options);
    std::vector<double> losses;
    for (std::uint64_t i = 0; i < 60; ++i) losses.push_back(step.run(i, 1e-2));
    const double first = std::accumulate(losses.begin(), losses.begin() + 10, 0.0) / 10.0;
    const double last = std::accumulate(losses.end() - 20, losses.end(), 0.0) / 20.0;
    // A loss of such a batch has a standard deviation of 0.06 at most, so that the difference of
    // the means has 0.025: four of them, half of what is learnt here.
    EXPECT_LT(last, first - 0.1) << noise_name(noise);
  }
}

TEST(Trainer, OneAndTwoThreadsGiveIdenticalWeights) {
  TrainOptions options = options_of_epochs(2);
  const Model one = train_fast(computed_training_set(), options, {});
  for (const int threads : {2, 3}) {
    options.threads = threads;
    expect_equal_weights(one, train_fast(computed_training_set(), options, {}));
  }
  options.seed = 5;
  EXPECT_NE(train_fast(computed_training_set(), options, {}).weights.at("embed.label").data,
            one.weights.at("embed.label").data);
}

TEST(Trainer, ThreadsDoNotMatterAtTheDefaultSize) {
  TrainOptions options;
  options.batch = 250;
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2}) {
    options.threads = threads;
    TrainingStep step(computed_training_set(), options);
    for (std::uint64_t i = 0; i < 5; ++i) step.run(i, 1e-3);
    results.push_back(step.parameters());
  }
  EXPECT_EQ(results[0], results[1]);
}

TEST(Trainer, DeterministicOnRepetition) {
  const TrainOptions options = options_of_epochs(1);
  expect_equal_weights(train_fast(computed_training_set(), options, {}),
                       train_fast(computed_training_set(), options, {}));
}

TEST(Trainer, ABatchOfOneGraphTrains) {
  TrainOptions options = small_fast_options();
  options.batch = 1;
  TrainingStep step(computed_training_set(), options);
  const std::vector<float> before = step.parameters();
  EXPECT_GT(step.run(0, 1e-3), 0.0);
  EXPECT_NE(step.parameters(), before);
}

TEST(Trainer, DeterministicAcrossStopAndResume) {
  const TempFolder folder;
  TrainOptions options = small_fast_options();
  options.epochs = 50;  // 1,500 steps: several reports long
  options.checkpoint = folder.file("run.checkpoint");
  expect_resumes(train_computed, options, 2);
}

TEST(Trainer, ResumeDependsOnEveryStoredArray) {
  const TempFolder folder;
  TrainOptions options = small_fast_options();
  options.checkpoint = folder.file("run.checkpoint");
  expect_every_array_matters(train_computed, options);
}

TEST(Trainer, ResumeWithoutACheckpointStartsAnew) {
  const TempFolder folder;
  TrainOptions options = options_of_epochs(1);
  const Model plain = train_fast(computed_training_set(), options, {});
  options.checkpoint = folder.file("none");
  options.resume = true;
  expect_equal_weights(plain, train_fast(computed_training_set(), options, {}));
}

TEST(Trainer, RefusesACheckpointOfOtherOptions) {
  const TempFolder folder;
  TrainOptions options = options_of_epochs(1);
  options.checkpoint = folder.file("run.checkpoint");
  options.checkpoint_seconds = 0.0;
  train_fast(computed_training_set(), options, {});
  options.resume = true;
  options.weight_decay = 0.02;
  try {
    train_fast(computed_training_set(), options, {});
    ADD_FAILURE() << "expected an Error";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find(options.checkpoint), std::string::npos) << text;
    EXPECT_NE(text.find("other options"), std::string::npos) << text;
  }
}

TEST(Trainer, StopsWhenTheLossIsNotFinite) {
  TrainOptions options = small_fast_options();
  options.learning_rate = 1e30;
  options.weight_decay = 1e30;
  try {
    train_fast(computed_training_set(), options, {});
    ADD_FAILURE() << "expected an Error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("--learning-rate"), std::string::npos);
  }
}

// One bad number anywhere must stop the run, although ReLU and softmax may hide it from the loss.
TEST(Trainer, ANaNInAnyParameterMakesTheLossOne) {
  const auto parameters =
      fast_parameters(small_fast_options().denoiser, computed_training_set().space->skeleton(), 2);
  for (const auto& info : parameters) {
    const TrainOptions options = small_fast_options();
    TrainingStep step(computed_training_set(), options);
    const train::ParameterLayout layout(parameters);
    step.parameters()[layout.at(info.name)] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(std::isfinite(step.run(0, 1e-3))) << info.name;
  }
}

}  // namespace
}  // namespace dinas
