// One training run of an image network, step by step: it can be put down and taken up again.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "dataset/dataset.h"
#include "dataset/image_batch.h"
#include "nettrain/trainable_network.h"
#include "nettrain/trainer.h"
#include "network/image_network.h"
#include "network/weights.h"

namespace dinas {

namespace nettrain {

/// One step of stochastic gradient descent with Nesterov momentum as torch.optim.SGD takes it
/// (nesterov, no dampening): g = gradient + decay * w, v = momentum * v + g,
/// w -= rate * (g + momentum * v). All spans are of one size.
void nesterov_step(std::span<const float> gradients, float rate, float momentum, float decay,
                   std::span<float> velocity, std::span<float> parameters);

/// Shortens a gradient whose Euclidean norm is above `longest` to that norm, as
/// torch.nn.utils.clip_grad_norm_ does.
void clip_norm(double longest, std::span<float> gradients);

}  // namespace nettrain

/// Everything that a run carries from step to step, but the network, the images and the recipe.
struct TrainingState {
  std::vector<float> parameters, velocity, statistics;  // of a TrainableNetwork
  std::uint64_t step = 0;                               // done, over all epochs
  double loss_sum = 0;         // over the steps of the epoch that is under way
  double epoch_loss = 0;       // mean of the last whole epoch
  std::uint64_t position = 0;  // in the random numbers of the epoch that is under way
};

/// On one thread; a pure function of what the constructor is given.
class NetworkTraining {
 public:
  /// `network` is pruned, with its auxiliary head where the recipe gives it a weight; `data` is
  /// borrowed. Throws UsageError on a recipe or a dataset that does not fit.
  NetworkTraining(const ImageNetwork& network, const Dataset& data, const TrainRecipe& recipe,
                  std::uint64_t seed);

  /// One batch; not when finished(). Throws Error where the loss is no number any more
  /// ("diverged at step ...").
  void step();
  /// All steps of an epoch, from where step() has left it.
  void run_epoch();

  [[nodiscard]] std::uint64_t steps() const { return steps_; }  // done
  [[nodiscard]] std::uint64_t steps_per_epoch() const { return steps_per_epoch_; }
  [[nodiscard]] int epochs() const { return static_cast<int>(steps_ / steps_per_epoch_); }  // whole
  [[nodiscard]] bool between_epochs() const { return steps_ % steps_per_epoch_ == 0; }
  [[nodiscard]] bool finished() const { return epochs() >= recipe_.epochs; }
  /// Mean of the steps of the epoch so far; between epochs of the last one.
  [[nodiscard]] double loss() const;
  /// Of the last step.
  [[nodiscard]] double rate() const { return rate_at(steps_ - 1); }

  /// Throws UsageError on images that the network does not read.
  void check(const Dataset& data) const;
  /// What the network predicts now, of images that check() admits; does not disturb the training.
  /// Throws Error where the predictions are no numbers.
  Evaluation evaluate(const Dataset& data);

  [[nodiscard]] TrainingState state();
  /// Goes on as the run that `state` was taken from, which had the same network, images, recipe and
  /// seed. Throws Error where a size does not fit.
  void restore(const TrainingState& state);

  [[nodiscard]] NetworkWeights weights() const { return network_.weights(); }
  [[nodiscard]] const PixelStatistics& pixels() const { return pixels_; }

 private:
  void begin_epoch();
  void load(const Dataset& data, std::span<const std::size_t> chosen,
            const Augmentation& augmentation, RandomStream& random);
  double gradient();
  [[nodiscard]] double rate_at(std::uint64_t step) const;

  TrainRecipe recipe_;
  const Dataset& data_;
  std::uint64_t seed_;
  nettrain::TrainableNetwork network_;
  PixelStatistics pixels_;
  std::vector<float> velocity_;
  std::vector<std::size_t> order_;     // of the images in this epoch
  std::vector<std::uint16_t> labels_;  // of the loaded batch
  RandomStream random_;                // of this epoch
  std::uint64_t steps_per_epoch_;
  std::uint64_t steps_ = 0;
  double loss_sum_ = 0;
  double epoch_loss_ = 0;
};

}  // namespace dinas
