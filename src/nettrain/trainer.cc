#include "nettrain/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "base/error.h"
#include "nettrain/loss.h"
#include "nettrain/trainable_network.h"

namespace dinas {
namespace {

using Clock = std::chrono::steady_clock;
using nettrain::TrainableNetwork;

constexpr std::size_t kEvaluationBatch = 64;

void check_images(const ImageNetwork& network, const Dataset& data) {
  const Shape& input = network.input_shape();
  const Shape found{data.channels, data.height, data.width};
  if (!(input == found) || network.classes() < data.classes) {
    throw UsageError(fmt::format(
        "the network reads images of {} x {} x {} and tells {} classes apart, the dataset has "
        "images of {} x {} x {} and {} classes: build the network for the dataset",
        input.channels, input.height, input.width, network.classes(), found.channels, found.height,
        found.width, data.classes));
  }
}

void check(const ImageNetwork& network, const Dataset& data, const TrainRecipe& recipe) {
  check_images(network, data);
  if (recipe.epochs < 1 || recipe.batch < 2 || !(recipe.rate > 0)) {
    throw UsageError(
        "a training recipe needs at least 1 epoch, 2 images a batch and a rate above 0");
  }
  const auto is_share = [](double value) { return value >= 0 && value < 1; };
  if (!is_share(recipe.momentum) || !is_share(recipe.warm_up) ||
      !is_share(recipe.label_smoothing) || !is_share(recipe.drop_path)) {
    throw UsageError(
        "momentum, warm-up, label smoothing and drop path of a training recipe are from 0 to "
        "below 1");
  }
  if (!(recipe.weight_decay >= 0) || !(recipe.auxiliary_weight >= 0) ||
      recipe.augmentation.crop < 0 || recipe.augmentation.cutout < 0) {
    throw UsageError(
        "weight decay, auxiliary weight, crop and cutout of a training recipe are at least 0");
  }
  if (data.count() < static_cast<std::size_t>(recipe.batch)) {
    throw UsageError(fmt::format("{} images do not fill a batch of {}: ask for a smaller batch",
                                 data.count(), recipe.batch));
  }
}

class Trainer {
 public:
  Trainer(const ImageNetwork& network, const Dataset& data, const TrainRecipe& recipe,
          std::uint64_t seed)
      : network_(network, std::max(static_cast<std::size_t>(recipe.batch), kEvaluationBatch), seed,
                 nettrain::Initialiser::kDefault),
        data_(data),
        recipe_(recipe),
        seed_(seed),
        statistics_(pixel_statistics(data)),
        velocity_(network_.parameters().size()),
        order_(data.count()),
        steps_per_epoch_(static_cast<int>(data.count()) / recipe.batch) {}

  // Mean loss of the epoch, counted from 0.
  double epoch(int number) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    RandomStream random(seed_, Purpose::kImages, static_cast<std::uint32_t>(number), 1);
    for (std::size_t i = order_.size(); i > 1; --i) {
      std::swap(order_[i - 1], order_[random.below(static_cast<std::uint32_t>(i))]);
    }
    double sum = 0;
    const auto size = static_cast<std::size_t>(recipe_.batch);
    for (int step = 0; step < steps_per_epoch_; ++step) {
      load(data_, std::span(order_).subspan(static_cast<std::size_t>(step) * size, size),
           recipe_.augmentation, random);
      const double loss = gradient(number, random);
      if (!std::isfinite(loss)) {
        throw Error(
            fmt::format("the training diverged at step {} of epoch {}: the loss is {}; ask "
                        "for a rate below {:g}",
                        step + 1, number + 1, loss, recipe_.rate));
      }
      update(static_cast<float>(rate(number * steps_per_epoch_ + step)));
      sum += loss;
    }
    return sum / steps_per_epoch_;
  }

  Evaluation evaluate(const Dataset& data) {
    std::vector<std::size_t> all(data.count());
    std::iota(all.begin(), all.end(), std::size_t{0});
    RandomStream unused(seed_, Purpose::kImages);
    double right = 0, log_loss = 0;
    for (std::size_t begin = 0; begin < all.size(); begin += kEvaluationBatch) {
      const std::size_t size = std::min(kEvaluationBatch, all.size() - begin);
      load(data, std::span(all).subspan(begin, size), {}, unused);
      network_.forward(size, {});
      const nettrain::Hits hits = nettrain::count_hits(network_.logits(), labels_);
      right += static_cast<double>(hits.right);
      log_loss += hits.log_loss;
    }
    const auto count = static_cast<double>(data.count());
    return {right / count, log_loss / count};
  }

  // Of a step, counted over all epochs.
  [[nodiscard]] double rate(int step) const {
    const double total = static_cast<double>(recipe_.epochs) * steps_per_epoch_;
    const double rising = recipe_.warm_up * total;
    if (step + 1 < rising) return recipe_.rate * (step + 1) / rising;
    const double falling = std::max(0.0, (step - rising) / (total - rising));
    return recipe_.rate * .5 * (1 + std::cos(std::numbers::pi * falling));
  }
  [[nodiscard]] double last_rate(int epoch) const {
    return rate((epoch + 1) * steps_per_epoch_ - 1);
  }

 private:
  void load(const Dataset& data, std::span<const std::size_t> chosen,
            const Augmentation& augmentation, RandomStream& random) {
    fill_batch(data, chosen, statistics_, augmentation, random,
               network_.input().first(chosen.size() * data.image_bytes()));
    labels_.resize(chosen.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) labels_[i] = data.labels[chosen[i]];
  }

  // Of the loaded batch; returns its loss.
  double gradient(int epoch, RandomStream& random) {
    TrainableNetwork::Pass pass;
    pass.training = true;
    pass.auxiliary = recipe_.auxiliary_weight > 0 && network_.network().auxiliary >= 0;
    pass.drop_path = recipe_.drop_path * (epoch + 1) / recipe_.epochs;
    pass.random = &random;
    network_.forward(labels_.size(), pass);
    double loss = nettrain::cross_entropy(network_.logits(), labels_, recipe_.label_smoothing, 1,
                                          network_.logit_gradients());
    if (pass.auxiliary) {
      loss += recipe_.auxiliary_weight *
              nettrain::cross_entropy(network_.auxiliary_logits(), labels_, recipe_.label_smoothing,
                                      recipe_.auxiliary_weight, network_.auxiliary_gradients());
    }
    std::fill(network_.gradients().begin(), network_.gradients().end(), 0.F);
    network_.backward();
    return loss;
  }

  // As torch.optim.SGD with nesterov.
  void update(float rate) {
    const auto momentum = static_cast<float>(recipe_.momentum);
    const auto decay = static_cast<float>(recipe_.weight_decay);
    std::vector<float>& parameters = network_.parameters();
    const std::vector<float>& gradients = network_.gradients();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const float gradient = gradients[i] + decay * parameters[i];
      velocity_[i] = momentum * velocity_[i] + gradient;
      parameters[i] -= rate * (gradient + momentum * velocity_[i]);
    }
  }

  TrainableNetwork network_;
  const Dataset& data_;
  const TrainRecipe recipe_;
  std::uint64_t seed_;
  PixelStatistics statistics_;
  std::vector<float> velocity_;
  std::vector<std::size_t> order_;
  std::vector<std::uint16_t> labels_;  // of the loaded batch
  int steps_per_epoch_;
};

}  // namespace

TrainResult train_image_network(const ImageNetwork& network, const Dataset& train,
                                const Dataset& validation, const TrainRecipe& recipe,
                                std::uint64_t seed, const EpochObserver& observer) {
  check(network, train, recipe);
  check_images(network, validation);
  const auto start = Clock::now();
  Trainer trainer(network, train, recipe, seed);
  TrainResult result;
  bool going_on = true;
  while (going_on && result.epochs < recipe.epochs) {
    result.train_loss = trainer.epoch(result.epochs);
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    ++result.epochs;
    going_on = recipe.max_seconds <= 0 || result.seconds < recipe.max_seconds;
    if (observer) {
      going_on = observer({result.epochs, result.train_loss, trainer.last_rate(result.epochs - 1),
                           result.seconds}) &&
                 going_on;
    }
  }
  result.validation = trainer.evaluate(validation);
  // The last update has had no loss of its own to show in.
  if (!std::isfinite(result.validation.log_loss)) {
    throw Error("diverged at the last step: choose a lower rate");
  }
  return result;
}

}  // namespace dinas
