#include "nettrain/literature_recipe.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace dinas {
namespace {

// The figures of the papers, once more.
TEST(LiteratureRecipe, Darts) {
  const auto space = find_space("darts");
  const TrainRecipe cifar = literature_recipe(*space, false);
  EXPECT_EQ(cifar.epochs, 600);
  EXPECT_EQ(cifar.batch, 96);
  EXPECT_EQ(cifar.rate, .025);
  EXPECT_EQ(cifar.momentum, .9);
  EXPECT_EQ(cifar.weight_decay, 3e-4);
  EXPECT_EQ(cifar.gradient_clip, 5);
  EXPECT_EQ(cifar.auxiliary_weight, .4);
  EXPECT_EQ(cifar.drop_path, .2);
  EXPECT_EQ(cifar.label_smoothing, 0);
  EXPECT_EQ(cifar.augmentation.cutout, 16);
  EXPECT_EQ(cifar.augmentation.crop, 4);
  EXPECT_TRUE(cifar.augmentation.flip);
  const TrainRecipe imagenet = literature_recipe(*space, true);
  EXPECT_EQ(imagenet.epochs, 250);
  EXPECT_EQ(imagenet.batch, 128);
  EXPECT_EQ(imagenet.rate, .1);
  EXPECT_EQ(imagenet.weight_decay, 3e-5);
  EXPECT_EQ(imagenet.label_smoothing, .1);
  EXPECT_EQ(imagenet.auxiliary_weight, .4);
  EXPECT_EQ(imagenet.drop_path, 0);
  EXPECT_EQ(imagenet.gradient_clip, 5);
}

TEST(LiteratureRecipe, OtherSpaces) {
  const TrainRecipe b201 = literature_recipe(*find_space("nasbench201"), false);
  EXPECT_EQ(b201.epochs, 200);
  EXPECT_EQ(b201.batch, 256);
  EXPECT_EQ(b201.rate, .1);
  EXPECT_EQ(b201.weight_decay, 5e-4);
  EXPECT_EQ(b201.auxiliary_weight, 0);
  EXPECT_EQ(b201.gradient_clip, 0);
  const TrainRecipe b101 = literature_recipe(*find_space("nasbench101"), false);
  EXPECT_EQ(b101.epochs, 108);
  EXPECT_EQ(b101.weight_decay, 1e-4);
  EXPECT_THROW(literature_recipe(*find_space("nasbench_nlp"), false), UsageError);
}

}  // namespace
}  // namespace dinas
