// Training an image network by stochastic gradient descent, the same way for every architecture.
#pragma once

#include <cstdint>

#include "dataset/dataset.h"
#include "dataset/image_batch.h"
#include "network/image_network.h"
#include "network/macro.h"

namespace dinas {

/// How a network is trained: SGD with Nesterov momentum; the rate rises linearly, then falls along
/// half a cosine to 0.
struct TrainRecipe {
  int epochs = 3;               // at least 1
  double max_seconds = 0;       // no new epoch is begun after so many; 0: no limit
  int batch = 64;               // images a step, at least 2; an incomplete last batch is left out
  double rate = .03;            // the highest, above 0
  double warm_up = 0;           // share of all steps in which the rate rises, below 1
  double momentum = .9;         // [0, 1)
  double weight_decay = 5e-4;   // of every parameter
  double gradient_clip = 0;     // longest gradient (Euclidean norm) before decay; 0: any
  double label_smoothing = 0;   // [0, 1): share of the target spread over all classes
  double auxiliary_weight = 0;  // of the auxiliary head's loss, where the network has one
  double drop_path = 0;         // probability in the last epoch, [0, 1); rises linearly from 0
  Augmentation augmentation;
};

/// The macro structure for a dataset's images, with an auxiliary head where the recipe weighs one.
Macro fitted(Macro macro, const Dataset& data, const TrainRecipe& recipe);

/// What a network predicts on images that it was not trained on.
struct Evaluation {
  double accuracy = 0;  // share of right classes
  double log_loss = 0;  // mean -log of the probability of the right class, natural
};

struct TrainResult {
  Evaluation validation;
  double train_loss = 0;  // mean of the last epoch
  int epochs = 0;         // done
  double seconds = 0;     // of training, wall clock, without the evaluation
};

/// Trains `network` (pruned, with its auxiliary head where the recipe gives it a weight) from a
/// random start and evaluates it, on one thread (see NetworkTraining). Throws UsageError on a
/// recipe or a dataset that does not fit, Error where the loss is no number any more ("diverged
/// ...").
TrainResult train_image_network(const ImageNetwork& network, const Dataset& train,
                                const Dataset& validation, const TrainRecipe& recipe,
                                std::uint64_t seed);

}  // namespace dinas
