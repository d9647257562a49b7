#include "torch/fast_trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "model/features.h"
#include "support/temp.h"
#include "torch/fast_step.h"
#include "torch/fast_support.h"
#include "torch/resume_support.h"
#include "torch/trainer.h"

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

TEST(FastTrainer, RecordsWhatItDid) {
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

TEST(FastTrainer, ARunByTimeRecordsItsTime) {
  TrainOptions options = small_fast_options();
  options.epochs = 0;
  options.max_seconds = 0.2;
  const Model model = train_fast(computed_training_set(), options, {});
  EXPECT_GE(model.config.training.seconds, 0.2);
  EXPECT_GE(model.config.training.steps, 1U);
}

TEST(FastTrainer, AFewDozenStepsLowerTheLoss) {
  for (const Noise noise : {Noise::kMask, Noise::kMarginal}) {
    TrainOptions options = small_fast_options();
    options.batch = 128;
    options.noise = noise;
    options.denoiser.time_input = noise != Noise::kMask;
    FastStep step(computed_training_set(), options);
    std::vector<double> losses;
    for (std::uint64_t i = 0; i < 60; ++i) losses.push_back(step.run(i, 1e-2));
    const double first = std::accumulate(losses.begin(), losses.begin() + 10, 0.0) / 10.0;
    const double last = std::accumulate(losses.end() - 20, losses.end(), 0.0) / 20.0;
    // A loss of such a batch has a standard deviation of 0.06 at most, so that the difference of
    // the means has 0.025: four of them, half of what is learnt here.
    EXPECT_LT(last, first - 0.1) << noise_name(noise);
  }
}

TEST(FastTrainer, TheLossOfABatchIsItsWeightedCrossEntropy) {
  const TrainOptions options = small_fast_options();
  const TrainingSet& data = computed_training_set();
  const Skeleton& skeleton = data.space->skeleton();
  FastStep step(data, options);
  const FastNetwork network(options.denoiser, skeleton);
  TrainBatch batch;
  BatchMaker(data, {.noise = options.noise, .seed = options.seed}).make(0, 0, 8, batch);
  const std::size_t count = feature_count(options.denoiser, 2);
  std::vector<float> features(8 * count);
  for (std::size_t g = 0; g < 8; ++g) {
    write_features(options.denoiser, std::span(batch.conditions).subspan(2 * g, 2), 0.0,
                   std::span(features).subspan(g * count, count));
  }
  const torch::NoGradGuard no_grad;
  const ParameterTensors& parameters = step.parameters().tensors();
  const torch::Tensor logits = network.forward(parameters, network.encode(batch.states),
                                               torch::tensor(features).view({8, -1}));
  double expected = 0.0;
  for (int g = 0; g < 8; ++g) {
    for (int v = 0; v < 6; ++v) {
      double total = 0.0;
      for (int x = 0; x < 5; ++x) total += std::exp(logits[g][v][x].item<double>());
      for (int x = 0; x < 5; ++x) {
        const auto target =
            static_cast<double>(batch.targets[static_cast<std::size_t>(g * 30 + v * 5 + x)]);
        const auto weight = static_cast<double>(batch.weights[static_cast<std::size_t>(g * 6 + v)]);
        expected -= weight * target * (logits[g][v][x].item<double>() - std::log(total));
      }
    }
  }
  const auto loss = [&](std::size_t graphs) {
    return batch_loss(network, options.denoiser, parameters, batch, graphs).item<double>();
  };
  // Float sums of 240 terms of order 0.1: below 1e-5 relative.
  EXPECT_NEAR(loss(8), expected / 8.0, 1e-5 * expected);
  EXPECT_NEAR(loss(32), expected / 32.0, 1e-5 * expected);
}

TEST(FastTrainer, OneAndTwoThreadsGiveIdenticalWeights) {
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

TEST(FastTrainer, ThreadsDoNotMatterAtTheDefaultSize) {
  TrainOptions options;
  options.batch = 250;
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2}) {
    options.threads = threads;
    FastStep step(computed_training_set(), options);
    for (std::uint64_t i = 0; i < 5; ++i) step.run(i, 1e-3);
    results.push_back(step.parameters().flat());
  }
  EXPECT_EQ(results[0], results[1]);
}

TEST(FastTrainer, DeterministicOnRepetition) {
  const TrainOptions options = options_of_epochs(1);
  expect_equal_weights(train_fast(computed_training_set(), options, {}),
                       train_fast(computed_training_set(), options, {}));
}

TEST(FastTrainer, ABatchOfOneGraphTrains) {
  TrainOptions options = small_fast_options();
  options.batch = 1;
  FastStep step(computed_training_set(), options);
  const std::vector<float> before = step.parameters().flat();
  EXPECT_GT(step.run(0, 1e-3), 0.0);
  EXPECT_NE(step.parameters().flat(), before);
}

TEST(FastTrainer, DeterministicAcrossStopAndResume) {
  const TempFolder folder;
  TrainOptions options = small_fast_options();
  options.epochs = 50;  // 1,500 steps: several reports long
  options.checkpoint = folder.file("run.checkpoint");
  expect_resumes(train_computed, options, 2);
}

TEST(FastTrainer, ResumeDependsOnEveryStoredArray) {
  const TempFolder folder;
  TrainOptions options = small_fast_options();
  options.checkpoint = folder.file("run.checkpoint");
  expect_every_array_matters(train_computed, options);
}

TEST(FastTrainer, ResumeWithoutACheckpointStartsAnew) {
  const TempFolder folder;
  TrainOptions options = options_of_epochs(1);
  const Model plain = train_fast(computed_training_set(), options, {});
  options.checkpoint = folder.file("none");
  options.resume = true;
  expect_equal_weights(plain, train_fast(computed_training_set(), options, {}));
}

TEST(FastTrainer, RefusesACheckpointOfOtherOptions) {
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

TEST(FastTrainer, StopsWhenTheLossIsNotFinite) {
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

// One bad number anywhere must reach the loss, although the kernels are compiled as if there were
// none.
TEST(FastTrainer, ANaNInAnyParameterReachesTheLoss) {
  for (const auto& info : fast_parameters(small_fast_options().denoiser,
                                          computed_training_set().space->skeleton(), 2)) {
    const TrainOptions options = small_fast_options();
    FastStep step(computed_training_set(), options);
    torch::Tensor tensor = step.parameters().tensors().at(info.name).detach();
    tensor.fill_(std::numeric_limits<float>::quiet_NaN());
    EXPECT_FALSE(std::isfinite(step.run(0, 1e-3))) << info.name;
  }
}

TEST(FastTrainer, OptimiserStepIsTorchsAdamW) {
  torch::manual_seed(1);
  constexpr std::int64_t kSize = 1000;
  torch::Tensor theirs = torch::randn({kSize}).requires_grad_(true);
  std::vector<float> ours(theirs.data_ptr<float>(), theirs.data_ptr<float>() + kSize);
  OptimiserState state = initial_state(ours);
  OptimiserOptions options;
  options.weight_decay = 0.05;
  options.gradient_clip = 0.0;
  torch::optim::AdamW adam({theirs}, torch::optim::AdamWOptions(1e-2)
                                         .betas({options.beta1, options.beta2})
                                         .eps(options.epsilon)
                                         .weight_decay(options.weight_decay));
  for (std::uint64_t step = 1; step <= 10; ++step) {
    const torch::Tensor gradient =
        torch::randn({kSize}) * std::pow(10.0, -static_cast<double>(step % 4));
    theirs.mutable_grad() = gradient.clone();
    adam.step();
    std::vector<float> g(gradient.data_ptr<float>(), gradient.data_ptr<float>() + kSize);
    optimiser_step(options, step, 1e-2, g, ours, state);
  }
  for (std::int64_t i = 0; i < kSize; ++i) {
    // Ten steps of some ten roundings of 6e-8 on numbers up to 4.
    ASSERT_NEAR(ours[static_cast<std::size_t>(i)], theirs[i].item<float>(), 5e-6F) << i;
  }
}

}  // namespace
}  // namespace dinas
