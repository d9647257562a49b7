#include "network/weights.h"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>

#include "base/error.h"
#include "base/random.h"

namespace dinas {
namespace {

// How many numbers of each sort a layer has.
struct Sizes {
  std::size_t weight = 0;
  std::size_t bias = 0;
  std::size_t statistics = 0;  // mean, and as many variances
  std::size_t fan_in = 1;      // weights that one output sums over
};

Sizes sizes_of(const ImageNetwork& network, const Layer& layer) {
  if (layer.inputs.empty()) return {};
  const Shape& in = network.layers.at(static_cast<std::size_t>(layer.inputs.front())).shape;
  const auto outputs = static_cast<std::size_t>(layer.shape.channels);
  switch (layer.kind) {
    case LayerKind::kConvolution: {
      const auto fan_in =
          static_cast<std::size_t>(in.channels / layer.groups * layer.kernel * layer.kernel);
      return {outputs * fan_in, 0, 0, fan_in};
    }
    case LayerKind::kLinear: {
      const auto fan_in = static_cast<std::size_t>(in.numbers());
      return {outputs * fan_in, outputs, 0, fan_in};
    }
    case LayerKind::kBatchNorm:
      return {outputs, outputs, outputs, 1};
    default:
      return {};
  }
}

void fill(std::vector<float>& values, std::size_t count, double low, double high,
          RandomStream& stream) {
  values.resize(count);
  for (float& v : values) v = static_cast<float>(low + (high - low) * stream.uniform());
}

}  // namespace

NetworkWeights random_weights(const ImageNetwork& network, std::uint64_t seed) {
  NetworkWeights weights(network.layers.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Sizes sizes = sizes_of(network, network.layers[i]);
    RandomStream stream(seed, Purpose::kInitialise, static_cast<std::uint32_t>(i));
    LayerWeights& w = weights[i];
    if (sizes.statistics > 0) {
      fill(w.weight, sizes.weight, 0.8, 1.2, stream);
    } else {
      const double bound = std::sqrt(6.0 / static_cast<double>(sizes.fan_in));
      fill(w.weight, sizes.weight, -bound, bound, stream);
    }
    fill(w.bias, sizes.bias, -0.1, 0.1, stream);
    fill(w.mean, sizes.statistics, -0.1, 0.1, stream);
    fill(w.variance, sizes.statistics, 0.8, 1.2, stream);
  }
  return weights;
}

void check_weights(const ImageNetwork& network, const NetworkWeights& weights) {
  if (weights.size() != network.layers.size()) {
    throw Error(
        fmt::format("expected the weights of {} layers, found those of {}: they belong to "
                    "another network",
                    network.layers.size(), weights.size()));
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Sizes sizes = sizes_of(network, network.layers[i]);
    const LayerWeights& w = weights[i];
    if (w.weight.size() == sizes.weight && w.bias.size() == sizes.bias &&
        w.mean.size() == sizes.statistics && w.variance.size() == sizes.statistics) {
      continue;
    }
    throw Error(fmt::format(
        "expected {} weights, {} biases and {} means and variances in layer {}, found {}, {}, {} "
        "and {}: they belong to another network",
        sizes.weight, sizes.bias, sizes.statistics, i, w.weight.size(), w.bias.size(),
        w.mean.size(), w.variance.size()));
  }
}

}  // namespace dinas
