#include "nettrain/network_training.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "network/network_builder.h"

namespace dinas {
namespace {

// Noise of two classes, in colour.
Dataset coloured_noise(std::size_t count, std::uint32_t item) {
  Dataset data{2, 4, 4, 2, {}, {}};
  RandomStream random(1, Purpose::kCheck, item);
  for (std::size_t i = 0; i < count; ++i) {
    data.labels.push_back(static_cast<std::uint16_t>(i % 2));
    for (int number = 0; number < 32; ++number) {
      data.images.push_back(static_cast<std::uint8_t>(random.below(200) + (i % 2) * 50));
    }
  }
  return data;
}

// With drop path and an auxiliary head.
ImageNetwork two_headed(int channels = 5) {
  NetworkBuilder b({2, 4, 4});
  const int hidden = b.relu(b.batch_norm(b.convolution(0, channels, {.kernel = 3, .padding = 1})));
  const int path = b.drop_path(b.batch_norm(b.convolution(hidden, channels, {})));
  const int sum = b.add(std::array{hidden, path});
  const int auxiliary = b.linear(b.global_average(hidden), 2);
  const int logits = b.linear(b.global_average(sum), 2);
  return std::move(b).finish(logits, auxiliary);
}

// Everything that draws random numbers.
TrainRecipe full_recipe() {
  TrainRecipe recipe;
  recipe.epochs = 3;
  recipe.batch = 10;
  recipe.rate = .05;
  recipe.warm_up = .2;
  recipe.label_smoothing = .1;
  recipe.auxiliary_weight = .4;
  recipe.drop_path = .3;
  recipe.augmentation = {.flip = true, .crop = 1, .cutout = 1};
  return recipe;
}

void expect_equal(const TrainingState& a, const TrainingState& b) {
  EXPECT_EQ(a.parameters, b.parameters);
  EXPECT_EQ(a.velocity, b.velocity);
  EXPECT_EQ(a.statistics, b.statistics);
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.loss_sum, b.loss_sum);
  EXPECT_EQ(a.epoch_loss, b.epoch_loss);
  EXPECT_EQ(a.position, b.position);
}

TrainingState run_to_the_end(NetworkTraining& training) {
  while (!training.finished()) training.step();
  return training.state();
}

// First: g = .25 + .25 * 1 = .5, v = .5 * .5 + .5 = .75, w = 1 - .5 * (.5 + .5 * .75).
// Second: g = 1 + .25 * -2 = .5, v = .5, w = -2 - .5 * (.5 + .5 * .5).
TEST(NesterovStep, TwoParametersByHand) {
  const std::array<float, 2> gradients = {.25F, 1.F};
  std::array<float, 2> velocity = {.5F, 0.F}, parameters = {1.F, -2.F};
  nettrain::nesterov_step(gradients, .5F, .5F, .25F, velocity, parameters);
  EXPECT_EQ(velocity, (std::array<float, 2>{.75F, .5F}));
  EXPECT_EQ(parameters, (std::array<float, 2>{.5625F, -2.375F}));
}

// Norm 5 becomes 2.5; a norm of the limit stays.
TEST(ClipNorm, ShortensWhatIsTooLong) {
  std::array<float, 2> gradients = {3.F, -4.F};
  nettrain::clip_norm(5, gradients);
  EXPECT_EQ(gradients, (std::array<float, 2>{3.F, -4.F}));
  nettrain::clip_norm(2.5, gradients);
  EXPECT_EQ(gradients, (std::array<float, 2>{1.5F, -2.F}));
}

// Without decay and velocity, the velocity after a step is the gradient.
TEST(NetworkTraining, TheRecipeClips) {
  const Dataset data = coloured_noise(40, 0);
  TrainRecipe recipe = full_recipe();
  recipe.weight_decay = 0;
  recipe.gradient_clip = 1e-3;
  NetworkTraining training(two_headed(), data, recipe, 1);
  training.step();
  double squares = 0;
  for (const float v : training.state().velocity) squares += static_cast<double>(v) * v;
  EXPECT_NEAR(std::sqrt(squares), 1e-3, 1e-8);
}

// Without velocity a step goes by rate * (1 + momentum) * velocity afterwards.
TEST(NetworkTraining, TheFirstStepIsANesterovStepAtTheFirstRate) {
  const Dataset data = coloured_noise(40, 0);
  TrainRecipe recipe = full_recipe();
  recipe.warm_up = 0;
  NetworkTraining training(two_headed(), data, recipe, 1);
  const TrainingState before = training.state();
  training.step();
  const TrainingState after = training.state();
  double moved = 0;
  for (std::size_t i = 0; i < before.parameters.size(); ++i) {
    EXPECT_EQ(before.velocity[i], 0.F);
    EXPECT_NEAR(after.parameters[i], before.parameters[i] - .05 * 1.9 * after.velocity[i], 1e-6);
    moved += std::abs(after.velocity[i]);
  }
  EXPECT_GT(moved, .01);
  EXPECT_DOUBLE_EQ(training.rate(), .05);
}

TEST(NetworkTraining, StepsMakeEpochs) {
  const Dataset data = coloured_noise(47, 0);  // 4 batches, 7 images left out
  NetworkTraining training(two_headed(), data, full_recipe(), 1);
  EXPECT_EQ(training.steps_per_epoch(), 4U);
  for (int step = 1; step <= 3; ++step) {
    training.step();
    EXPECT_FALSE(training.between_epochs());
  }
  const double sum = 3 * training.loss();
  training.step();
  EXPECT_TRUE(training.between_epochs());
  EXPECT_EQ(training.epochs(), 1);
  EXPECT_GT(training.loss() * 4, sum);  // a fourth loss, above 0
  training.run_epoch();
  training.run_epoch();
  EXPECT_TRUE(training.finished());
  EXPECT_EQ(training.steps(), 12U);
}

TEST(NetworkTraining, TakenUpAfterAnyStepItEndsTheSame) {
  const Dataset data = coloured_noise(40, 0);
  NetworkTraining whole(two_headed(), data, full_recipe(), 7);
  NetworkTraining first(two_headed(), data, full_recipe(), 7);
  const TrainingState expected = run_to_the_end(whole);
  while (true) {
    NetworkTraining second(two_headed(), data, full_recipe(), 7);
    second.run_epoch();  // what it did before does not matter
    second.restore(first.state());
    expect_equal(second.state(), first.state());
    expect_equal(run_to_the_end(second), expected);
    if (first.finished()) break;
    first.step();
  }
}

TEST(NetworkTraining, EvaluationDoesNotDisturbIt) {
  const Dataset data = coloured_noise(40, 0), others = coloured_noise(33, 1);
  NetworkTraining watched(two_headed(), data, full_recipe(), 7);
  NetworkTraining alone(two_headed(), data, full_recipe(), 7);
  while (!watched.finished()) {
    watched.step();
    watched.evaluate(others);
  }
  expect_equal(watched.state(), run_to_the_end(alone));
}

TEST(NetworkTraining, AnotherNetworksStateIsRefused) {
  const Dataset data = coloured_noise(40, 0);
  NetworkTraining training(two_headed(), data, full_recipe(), 1);
  NetworkTraining other(two_headed(4), data, full_recipe(), 1);
  EXPECT_THROW(training.restore(other.state()), Error);
}

}  // namespace
}  // namespace dinas
