#include "nettrain/network_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/error.h"
#include "nettrain/loss.h"

namespace dinas {
namespace {

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

const TrainRecipe& checked(const ImageNetwork& network, const Dataset& data,
                           const TrainRecipe& recipe) {
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
  if (!(recipe.weight_decay >= 0) || !(recipe.gradient_clip >= 0) ||
      !(recipe.auxiliary_weight >= 0) || recipe.augmentation.crop < 0 ||
      recipe.augmentation.cutout < 0) {
    throw UsageError(
        "weight decay, gradient clip, auxiliary weight, crop and cutout of a training recipe are "
        "at least 0");
  }
  if (data.count() < static_cast<std::size_t>(recipe.batch)) {
    throw UsageError(fmt::format("{} images do not fill a batch of {}: ask for a smaller batch",
                                 data.count(), recipe.batch));
  }
  return recipe;
}

void put_back(const std::vector<float>& saved, std::vector<float>& values) {
  if (saved.size() != values.size()) {
    throw Error(fmt::format(
        "expected the state of a network with {} numbers, found {}: it belongs to another network",
        values.size(), saved.size()));
  }
  values = saved;
}

}  // namespace

void nettrain::nesterov_step(std::span<const float> gradients, float rate, float momentum,
                             float decay, std::span<float> velocity, std::span<float> parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const float gradient = gradients[i] + decay * parameters[i];
    velocity[i] = momentum * velocity[i] + gradient;
    parameters[i] -= rate * (gradient + momentum * velocity[i]);
  }
}

void nettrain::clip_norm(double longest, std::span<float> gradients) {
  double squares = 0;
  for (const float g : gradients) squares += static_cast<double>(g) * g;
  const double norm = std::sqrt(squares);
  if (!(norm > longest)) return;
  const auto factor = static_cast<float>(longest / norm);
  for (float& g : gradients) g *= factor;
}

NetworkTraining::NetworkTraining(const ImageNetwork& network, const Dataset& data,
                                 const TrainRecipe& recipe, std::uint64_t seed)
    : recipe_(checked(network, data, recipe)),
      data_(data),
      seed_(seed),
      network_(network, std::max(static_cast<std::size_t>(recipe.batch), kEvaluationBatch), seed,
               nettrain::Initialiser::kDefault),
      pixels_(pixel_statistics(data)),
      velocity_(network_.parameters().size()),
      order_(data.count()),
      random_(seed, Purpose::kImages),
      steps_per_epoch_(data.count() / static_cast<std::size_t>(recipe.batch)) {}

// Every epoch has random numbers of its own; the order of the images is what they begin with.
void NetworkTraining::begin_epoch() {
  random_ = RandomStream(seed_, Purpose::kImages, static_cast<std::uint32_t>(epochs()), 1);
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  shuffle(order_, random_);
  loss_sum_ = 0;
}

void NetworkTraining::step() {
  DINAS_CHECK(!finished());
  if (between_epochs()) begin_epoch();
  const auto size = static_cast<std::size_t>(recipe_.batch);
  const auto number = static_cast<std::size_t>(steps_ % steps_per_epoch_);
  load(data_, std::span(order_).subspan(number * size, size), recipe_.augmentation, random_);
  const double loss = gradient();
  if (!std::isfinite(loss)) {
    throw Error(
        fmt::format("the training diverged at step {} of epoch {}: the loss is {}; ask "
                    "for a rate below {:g}",
                    number + 1, epochs() + 1, loss, recipe_.rate));
  }
  if (recipe_.gradient_clip > 0) {
    nettrain::clip_norm(recipe_.gradient_clip, network_.gradients());
  }
  nettrain::nesterov_step(network_.gradients(), static_cast<float>(rate_at(steps_)),
                          static_cast<float>(recipe_.momentum),
                          static_cast<float>(recipe_.weight_decay), velocity_,
                          network_.parameters());
  loss_sum_ += loss;
  ++steps_;
  if (between_epochs()) epoch_loss_ = loss_sum_ / static_cast<double>(steps_per_epoch_);
}

void NetworkTraining::run_epoch() {
  do {
    step();
  } while (!between_epochs());
}

double NetworkTraining::loss() const {
  if (between_epochs()) return epoch_loss_;
  return loss_sum_ / static_cast<double>(steps_ % steps_per_epoch_);
}

void NetworkTraining::check(const Dataset& data) const { check_images(network_.network(), data); }

Evaluation NetworkTraining::evaluate(const Dataset& data) {
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
  // The last update has had no loss of its own to show in.
  if (!std::isfinite(log_loss)) {
    throw Error(
        fmt::format("the training diverged by the end of step {}: ask for a rate below {:g}",
                    steps_, recipe_.rate));
  }
  const auto count = static_cast<double>(data.count());
  return {right / count, log_loss / count};
}

TrainingState NetworkTraining::state() {
  return {network_.parameters(), velocity_,         network_.statistics(), steps_, loss_sum_,
          epoch_loss_,           random_.position()};
}

void NetworkTraining::restore(const TrainingState& state) {
  put_back(state.parameters, network_.parameters());
  put_back(state.velocity, velocity_);
  put_back(state.statistics, network_.statistics());
  steps_ = state.step;
  if (!between_epochs()) begin_epoch();
  loss_sum_ = state.loss_sum;
  epoch_loss_ = state.epoch_loss;
  random_.seek(state.position);
}

// Rises linearly, then falls along half a cosine to 0.
double NetworkTraining::rate_at(std::uint64_t step) const {
  const auto number = static_cast<double>(step);
  const double total = static_cast<double>(recipe_.epochs) * static_cast<double>(steps_per_epoch_);
  const double rising = recipe_.warm_up * total;
  if (number + 1 < rising) return recipe_.rate * (number + 1) / rising;
  const double falling = std::max(0.0, (number - rising) / (total - rising));
  return recipe_.rate * .5 * (1 + std::cos(std::numbers::pi * falling));
}

void NetworkTraining::load(const Dataset& data, std::span<const std::size_t> chosen,
                           const Augmentation& augmentation, RandomStream& random) {
  fill_batch(data, chosen, pixels_, augmentation, random,
             network_.input().first(chosen.size() * data.image_bytes()));
  labels_.resize(chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) labels_[i] = data.labels[chosen[i]];
}

// Of the loaded batch; returns its loss.
double NetworkTraining::gradient() {
  TrainableNetwork::Pass pass;
  pass.training = true;
  pass.auxiliary = recipe_.auxiliary_weight > 0 && network_.network().auxiliary >= 0;
  pass.drop_path = recipe_.drop_path * (epochs() + 1) / recipe_.epochs;
  pass.random = &random_;
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

}  // namespace dinas
