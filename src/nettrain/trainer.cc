#include "nettrain/trainer.h"

#include <chrono>

#include "nettrain/network_training.h"

namespace dinas {

using Clock = std::chrono::steady_clock;

Macro fitted(Macro macro, const Dataset& data, const TrainRecipe& recipe) {
  macro.image_channels = data.channels;
  macro.image_size = data.height;
  macro.classes = data.classes;
  macro.auxiliary = recipe.auxiliary_weight > 0.0;
  return macro;
}

TrainResult train_image_network(const ImageNetwork& network, const Dataset& train,
                                const Dataset& validation, const TrainRecipe& recipe,
                                std::uint64_t seed) {
  NetworkTraining training(network, train, recipe, seed);
  training.check(validation);
  const auto start = Clock::now();
  TrainResult result;
  do {
    training.run_epoch();
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  } while (!training.finished() &&
           (recipe.max_seconds <= 0 || result.seconds < recipe.max_seconds));
  result.epochs = training.epochs();
  result.train_loss = training.loss();
  result.validation = training.evaluate(validation);
  return result;
}

}  // namespace dinas
