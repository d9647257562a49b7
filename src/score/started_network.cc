#include "score/started_network.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace dinas {

using nettrain::TrainableNetwork;

void check_batch(const ImageNetwork& network, const ImageBatch& batch) {
  const Shape& wanted = network.input_shape();
  if (wanted == batch.shape && batch.count >= 2) return;
  throw UsageError(
      fmt::format("the network reads images of {} x {} x {}; expected at least 2 such, found {} of "
                  "{} x {} x {}",
                  wanted.channels, wanted.height, wanted.width, batch.count, batch.shape.channels,
                  batch.shape.height, batch.shape.width));
}

TrainableNetwork start(const ImageNetwork& network, std::size_t most_images, std::uint64_t seed) {
  return {network, most_images, seed, nettrain::Initialiser::kKaiming};
}

void forward(TrainableNetwork& network, const ImageBatch& batch, std::size_t first,
             std::size_t count) {
  const std::size_t size = batch.image(0).size();
  const std::span<const float> images = std::span(batch.values).subspan(first * size, count * size);
  std::copy(images.begin(), images.end(), network.input().begin());
  network.forward(count, {.training = true});
}

std::vector<WeightRange> weight_ranges(const TrainableNetwork& network) {
  std::vector<WeightRange> ranges;
  for (const nettrain::LayerNumbers& numbers : network.numbers()) {
    if (numbers.weight_size > 0) ranges.push_back({numbers.weight, numbers.weight_size});
  }
  return ranges;
}

const std::vector<float>& gradients_for(TrainableNetwork& network,
                                        std::span<const float> logit_gradients) {
  std::copy(logit_gradients.begin(), logit_gradients.end(), network.logit_gradients().begin());
  std::fill(network.gradients().begin(), network.gradients().end(), 0.F);
  network.backward();
  return network.gradients();
}

ActivationPatterns activation_patterns(const TrainableNetwork& network, std::size_t images) {
  const auto& layers = network.network().layers;
  const std::vector<bool> needed = needed_layers(network.network(), false);
  ActivationPatterns patterns;
  patterns.images.resize(images);
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    if (layers[layer].kind != LayerKind::kRelu || !needed[layer]) continue;
    const std::span<const float> output = network.output(layer);
    const std::size_t size = output.size() / images;
    for (std::size_t i = 0; i < images; ++i) {
      std::vector<std::uint64_t>& words = patterns.images[i];
      words.resize((patterns.bits + size + 63) / 64);
      for (std::size_t k = 0; k < size; ++k) {
        const std::size_t bit = patterns.bits + k;
        const std::uint64_t active = output[i * size + k] > 0 ? 1 : 0;
        words[bit / 64] |= active << (bit % 64);
      }
    }
    patterns.bits += size;
  }
  return patterns;
}

}  // namespace dinas
