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
                                std::uint64_t seed, const EpochObserver& observer) {
  NetworkTraining training(network, train, recipe, seed);
  training.check(validation);
  const auto start = Clock::now();
  TrainResult result;
  bool going_on = true;
  while (going_on && !training.finished()) {
    training.run_epoch();
    result.epochs = training.epochs();
    result.train_loss = training.loss();
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    going_on = recipe.max_seconds <= 0 || result.seconds < recipe.max_seconds;
    if (observer) {
      going_on =
          observer({result.epochs, result.train_loss, training.rate(), result.seconds}) && going_on;
    }
  }
  result.validation = training.evaluate(validation);
  return result;
}

}  // namespace dinas
