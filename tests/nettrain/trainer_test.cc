#include "nettrain/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/error.h"
#include "nettrain/network_training.h"
#include "network/network_builder.h"

namespace dinas {
namespace {

// Bright left or bright right half, with noise.
Dataset halves(std::size_t count, std::uint32_t item) {
  Dataset data{1, 4, 4, 2, {}, {}};
  RandomStream random(1, Purpose::kCheck, item);
  for (std::size_t i = 0; i < count; ++i) {
    const bool right = i % 2 == 1;
    data.labels.push_back(right ? 1 : 0);
    for (int pixel = 0; pixel < 16; ++pixel) {
      const bool bright = (pixel % 4 >= 2) == right;
      data.images.push_back(static_cast<std::uint8_t>((bright ? 90 : 60) + random.below(60)));
    }
  }
  return data;
}

ImageNetwork small_network(int classes = 2) {
  NetworkBuilder b({1, 4, 4});
  const int hidden = b.relu(b.batch_norm(b.convolution(0, 8, {.kernel = 3, .padding = 1})));
  const int pooled = b.average_pool(hidden, {.kernel = 2, .stride = 2});
  const int output = b.linear(pooled, classes);
  return std::move(b).finish(output);
}

TrainRecipe quick_recipe() {
  TrainRecipe recipe;
  recipe.epochs = 5;
  recipe.batch = 10;
  recipe.rate = .05;
  return recipe;
}

TEST(TrainerTest, LearnsWhatCanBeLearned) {
  const TrainResult result =
      train_image_network(small_network(), halves(200, 0), halves(101, 1), quick_recipe(), 1);
  EXPECT_GT(result.validation.accuracy, .95);
  EXPECT_LT(result.validation.log_loss, .2);
  EXPECT_LT(result.train_loss, .2);
  EXPECT_EQ(result.epochs, 5);
  EXPECT_GT(result.seconds, 0);
}

TEST(TrainerTest, TheSeedDecidesDeterministically) {
  const Dataset train = halves(60, 0), validation = halves(40, 1);
  TrainRecipe recipe = quick_recipe();
  recipe.augmentation = {true, 1, 1};
  const auto run = [&](std::uint64_t seed) {
    return train_image_network(small_network(), train, validation, recipe, seed);
  };
  const TrainResult once = run(1), again = run(1), other = run(2);
  EXPECT_EQ(once.validation.log_loss, again.validation.log_loss);
  EXPECT_EQ(once.train_loss, again.train_loss);
  EXPECT_NE(once.validation.log_loss, other.validation.log_loss);
}

// 20 steps, the first 10 of them rising; the rate of the last step of each of the 5 epochs.
TEST(TrainerTest, TheRateRisesThenFallsAlongHalfACosine) {
  TrainRecipe recipe = quick_recipe();
  recipe.warm_up = .5;
  const ImageNetwork network = small_network();
  const Dataset images = halves(40, 0);
  NetworkTraining training(network, images, recipe, 1);
  std::vector<double> rates;
  while (!training.finished()) {
    training.run_epoch();
    rates.push_back(training.rate());
  }
  ASSERT_EQ(rates.size(), 5U);
  EXPECT_NEAR(rates[0], .05 * .4, 1e-9);
  EXPECT_NEAR(rates[1], .05 * .8, 1e-9);
  EXPECT_NEAR(rates[2], .05 * .5 * (1 + std::cos(.1 * std::numbers::pi)), 1e-9);
  EXPECT_NEAR(rates[3], .05 * .5 * (1 + std::cos(.5 * std::numbers::pi)), 1e-9);
  EXPECT_NEAR(rates[4], .05 * .5 * (1 + std::cos(.9 * std::numbers::pi)), 1e-9);
}

TEST(TrainerTest, ATimeLimitEndsTheTraining) {
  TrainRecipe recipe = quick_recipe();
  recipe.max_seconds = 1e-9;
  EXPECT_EQ(train_image_network(small_network(), halves(40, 0), halves(10, 1), recipe, 1).epochs,
            1);
}

TEST(TrainerTest, DivergenceIsAnErrorThatNamesTheStep) {
  TrainRecipe recipe = quick_recipe();
  recipe.rate = 1e30;
  try {
    train_image_network(small_network(), halves(100, 0), halves(10, 1), recipe, 1);
    FAIL() << "a rate of 1e30 went unnoticed";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("diverged at step"), std::string::npos);
  }
}

TEST(TrainerTest, WhatDoesNotFitIsRefused) {
  const Dataset train = halves(40, 0);
  TrainRecipe recipe = quick_recipe();
  Dataset wide = train;
  wide.height = 2;
  wide.width = 8;
  EXPECT_THROW(train_image_network(small_network(), wide, train, recipe, 1), UsageError);
  EXPECT_THROW(train_image_network(small_network(), train, wide, recipe, 1), UsageError);
  EXPECT_THROW(train_image_network(small_network(1), train, train, recipe, 1), UsageError);
  recipe.batch = 41;
  EXPECT_THROW(train_image_network(small_network(), train, train, recipe, 1), UsageError);
  recipe = quick_recipe();
  recipe.epochs = 0;
  EXPECT_THROW(train_image_network(small_network(), train, train, recipe, 1), UsageError);
}

}  // namespace
}  // namespace dinas
