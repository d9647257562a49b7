#include "nettrain/trainable_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "nettrain/layer_shapes.h"

namespace dinas::nettrain {
namespace {

void check_groups(const ImageNetwork& network, const Layer& layer) {
  const int in = input_shape(network, layer).channels;
  if (layer.groups == 1 || (layer.groups == in && layer.groups == layer.shape.channels)) return;
  throw UsageError(
      fmt::format("a convolution of {} to {} channels in {} groups cannot be trained: "
                  "expected 1 group, or one for every channel",
                  in, layer.shape.channels, layer.groups));
}

}  // namespace

TrainableNetwork::TrainableNetwork(ImageNetwork network, std::size_t most_images,
                                   std::uint64_t seed, Initialiser initialiser)
    : network_(with_shared_layers(std::move(network))), most_images_(most_images) {
  const std::size_t layers = network_.layers.size();
  numbers_.resize(layers);
  outputs_.resize(layers);
  output_grads_.resize(layers);
  moments_.resize(layers);
  kept_paths_.resize(layers);
  outputs_.front().resize(most_images * number_count(network_.input_shape()));
  lay_out(seed, initialiser);
}

void TrainableNetwork::lay_out(std::uint64_t seed, Initialiser initialiser) {
  const bool kaiming = initialiser == Initialiser::kKaiming;
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    const Layer& layer = network_.layers[i];
    LayerNumbers& own = numbers_[i];
    const auto out = static_cast<std::size_t>(layer.shape.channels);
    std::size_t fan_in = 0;
    if (layer.kind == LayerKind::kConvolution) {
      check_groups(network_, layer);
      fan_in = window_numbers(network_, layer);
    } else if (layer.kind == LayerKind::kLinear) {
      fan_in = number_count(input_shape(network_, layer));
      own.bias_size = out;
    } else if (layer.kind == LayerKind::kBatchNorm) {
      own.bias_size = out;
      own.statistics = statistics_.size();
      statistics_.resize(statistics_.size() + out, 0.F);
      statistics_.resize(statistics_.size() + out, 1.F);
    } else {
      continue;
    }
    own.weight = parameters_.size();
    own.weight_size = std::max<std::size_t>(fan_in, 1) * out;
    own.bias = own.weight + own.weight_size;
    parameters_.resize(own.bias, fan_in == 0 ? 1.F : 0.F);
    parameters_.resize(own.bias + own.bias_size, 0.F);
    if (fan_in == 0) continue;
    RandomStream random(seed, Purpose::kInitialise, static_cast<std::uint32_t>(i));
    const double bound = std::sqrt((kaiming ? 6.0 : 1.0) / static_cast<double>(fan_in));
    const std::size_t end = own.bias + (kaiming ? 0 : own.bias_size);
    for (std::size_t k = own.weight; k < end; ++k) {
      parameters_[k] = static_cast<float>((2 * random.uniform() - 1) * bound);
    }
  }
  gradients_.resize(parameters_.size());
}

std::size_t TrainableNetwork::size_of(std::size_t layer) const {
  return count_ * number_count(network_.layers[layer].shape);
}

const float* TrainableNetwork::in(std::size_t layer, std::size_t which) const {
  return outputs_[static_cast<std::size_t>(network_.layers[layer].inputs[which])].data();
}

std::span<const float> TrainableNetwork::output(std::size_t layer) const {
  return std::span(outputs_[layer]).first(size_of(layer));
}

std::span<const float> TrainableNetwork::logits() const {
  return output(static_cast<std::size_t>(network_.output));
}

std::span<const float> TrainableNetwork::auxiliary_logits() const {
  DINAS_CHECK(network_.auxiliary >= 0);
  return output(static_cast<std::size_t>(network_.auxiliary));
}

std::span<float> TrainableNetwork::logit_gradients() {
  auto& grads = output_grads_[static_cast<std::size_t>(network_.output)];
  grads.resize(size_of(static_cast<std::size_t>(network_.output)));
  return grads;
}

std::span<float> TrainableNetwork::auxiliary_gradients() {
  DINAS_CHECK(network_.auxiliary >= 0);
  auto& grads = output_grads_[static_cast<std::size_t>(network_.auxiliary)];
  grads.resize(size_of(static_cast<std::size_t>(network_.auxiliary)));
  return grads;
}

void TrainableNetwork::forward(std::size_t count, const Pass& pass) {
  DINAS_CHECK(count <= most_images_);
  count_ = count;
  pass_ = pass;
  needed_ = needed_layers(network_, pass.auxiliary);
  for (std::size_t i = 1; i < needed_.size(); ++i) {
    if (!needed_[i]) continue;
    if (outputs_[i].size() < size_of(i)) {
      outputs_[i].resize(most_images_ * number_count(network_.layers[i].shape));
    }
    compute(i);
  }
}

void TrainableNetwork::backward() {
  DINAS_CHECK(pass_.training);
  reached_.assign(needed_.size(), false);
  reached_[static_cast<std::size_t>(network_.output)] = true;
  if (pass_.auxiliary && network_.auxiliary >= 0) {
    reached_[static_cast<std::size_t>(network_.auxiliary)] = true;
  }
  for (std::size_t i = needed_.size(); i-- > 1;) {
    if (reached_[i]) propagate(i);
  }
}

float* TrainableNetwork::gradient_of(int layer, bool& add) {
  const auto index = static_cast<std::size_t>(layer);
  std::vector<float>& grads = output_grads_[index];
  if (grads.size() < size_of(index)) {
    grads.resize(most_images_ * number_count(network_.layers[index].shape));
  }
  add = reached_[index];
  reached_[index] = true;
  return grads.data();
}

float* TrainableNetwork::cleared_gradient_of(int layer) {
  bool add = false;
  float* grads = gradient_of(layer, add);
  if (!add) std::fill_n(grads, size_of(static_cast<std::size_t>(layer)), 0.F);
  return grads;
}

NetworkWeights TrainableNetwork::weights() const {
  NetworkWeights result(numbers_.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const Layer& layer = network_.layers[i];
    const LayerNumbers& own = numbers_[i];
    const auto channels = static_cast<std::size_t>(layer.shape.channels);
    const std::span<const float> weight =
        std::span(parameters_).subspan(own.weight, own.weight_size);
    const std::span<const float> bias = std::span(parameters_).subspan(own.bias, own.bias_size);
    result[i].bias.assign(bias.begin(), bias.end());
    if (layer.kind == LayerKind::kBatchNorm) {
      const auto mean = statistics_.begin() + static_cast<std::ptrdiff_t>(own.statistics);
      result[i].mean.assign(mean, mean + layer.shape.channels);
      result[i].variance.assign(mean + layer.shape.channels, mean + 2 * layer.shape.channels);
      result[i].weight.assign(weight.begin(), weight.end());
    } else if (own.weight_size > 0) {  // [pixels, in, out] becomes [out, in, pixels]
      const Shape& from = input_shape(network_, layer);
      const bool is_linear = layer.kind == LayerKind::kLinear;
      const std::size_t pixels = is_linear ? pixel_count(from) : window_pixels(layer);
      const std::size_t in = own.weight_size / pixels / channels;
      for (std::size_t o = 0; o < channels; ++o) {
        for (std::size_t k = 0; k < in; ++k) {
          for (std::size_t p = 0; p < pixels; ++p) {
            result[i].weight.push_back(weight[(p * in + k) * channels + o]);
          }
        }
      }
    }
  }
  return result;
}

}  // namespace dinas::nettrain
