#include "nettrain/literature_recipe.h"

#include <fmt/format.h>

#include "base/error.h"

namespace dinas {
namespace {

TrainRecipe nasbench201_recipe() {
  TrainRecipe recipe;
  recipe.epochs = 200;
  recipe.batch = 256;
  recipe.rate = .1;
  recipe.weight_decay = 5e-4;
  recipe.augmentation = {.flip = true, .crop = 4};
  return recipe;
}

TrainRecipe nasbench101_recipe() {
  TrainRecipe recipe = nasbench201_recipe();
  recipe.epochs = 108;
  recipe.weight_decay = 1e-4;
  return recipe;
}

TrainRecipe darts_recipe() {
  TrainRecipe recipe;
  recipe.epochs = 600;
  recipe.batch = 96;
  recipe.rate = .025;
  recipe.weight_decay = 3e-4;
  recipe.gradient_clip = 5;
  recipe.auxiliary_weight = .4;
  recipe.drop_path = .2;
  recipe.augmentation = {.flip = true, .crop = 4, .cutout = 16};
  return recipe;
}

TrainRecipe darts_imagenet_recipe() {
  TrainRecipe recipe;
  recipe.epochs = 250;
  recipe.batch = 128;
  recipe.rate = .1;
  recipe.weight_decay = 3e-5;
  recipe.gradient_clip = 5;
  recipe.label_smoothing = .1;
  recipe.auxiliary_weight = .4;
  recipe.augmentation = {.flip = true};
  return recipe;
}

}  // namespace

TrainRecipe literature_recipe(const Space& space, bool imagenet) {
  if (space.name() == "nasbench201") return nasbench201_recipe();
  if (space.name() == "nasbench101") return nasbench101_recipe();
  if (space.name() == "darts") return imagenet ? darts_imagenet_recipe() : darts_recipe();
  throw UsageError(
      fmt::format("{} has no network that could be trained: expected nasbench201, nasbench101 or "
                  "darts",
                  space.name()));
}

}  // namespace dinas
