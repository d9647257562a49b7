#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "nettrain/kernels.h"
#include "nettrain/layer_shapes.h"
#include "nettrain/trainable_network.h"
#include "network/weights.h"

namespace dinas::nettrain {
namespace {

constexpr auto kEpsilon = static_cast<float>(kBatchNormEpsilon);

}  // namespace

void TrainableNetwork::compute(std::size_t index) {
  const Layer& layer = network_.layers[index];
  float* out = outputs_[index].data();
  switch (layer.kind) {
    case LayerKind::kInput:
      return;
    case LayerKind::kConvolution:
      return convolve(index);
    case LayerKind::kBatchNorm:
      return normalise(index);
    case LayerKind::kRelu:
      return relu(in(index), size_of(index), out);
    case LayerKind::kMaxPool:
    case LayerKind::kAveragePool:
      return pool(index);
    case LayerKind::kGlobalAverage:
      return average_all(index);
    case LayerKind::kLinear:
      return apply_linear(index);
    case LayerKind::kAdd:
      for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
        accumulate(in(index, k), size_of(index), 1, k > 0, out);
      }
      return;
    case LayerKind::kConcat:
      return join(index);
    case LayerKind::kSlice:
    case LayerKind::kCrop:
      return cut(index);
    case LayerKind::kZero:
      std::fill_n(out, size_of(index), 0.F);
      return;
    case LayerKind::kDropPath:
      return drop_paths(index);
  }
}

void TrainableNetwork::convolve(std::size_t index) {
  const Layer& layer = network_.layers[index];
  const Window window = forward_window(network_, layer);
  const float* weights = parameters_.data() + numbers_[index].weight;
  const auto channels = static_cast<std::size_t>(layer.shape.channels);
  if (reads_pixels(layer) && layer.groups == 1) {
    return product(in(index), weights, size_of(index) / channels, window.channels, channels, false,
                   outputs_[index].data());
  }
  for_placed_inputs(index, [&](const float* image, std::size_t to) {
    float* out = outputs_[index].data() + to;
    if (layer.groups == 1) {
      nettrain::convolve(image, window, weights, channels, false, out);
    } else {
      depthwise(image, window, weights, false, out);
    }
  });
}

void TrainableNetwork::pool(std::size_t index) {
  const Layer& layer = network_.layers[index];
  const Window window = forward_window(network_, layer);
  float* out = outputs_[index].data();
  if (layer.kind == LayerKind::kMaxPool) {
    return for_placed_inputs(
        index, [&](const float* image, std::size_t to) { max_pool(image, window, out + to); });
  }
  const std::vector<float> shares = average_shares(network_, layer);
  for_placed_inputs(index, [&](const float* image, std::size_t to) {
    sum_windows(image, window, shares.data(), false, out + to);
  });
}

void TrainableNetwork::normalise(std::size_t index) {
  const LayerNumbers& own = numbers_[index];
  const std::size_t channels = own.weight_size;
  const std::size_t rows = size_of(index) / channels;
  Moments& moments = moments_[index];
  moments.mean.resize(channels);
  moments.inverse.resize(channels);
  float* mean = statistics_.data() + own.statistics;
  float* variance = mean + channels;
  if (pass_.training) {
    channel_moments(in(index), rows, channels, kEpsilon, moments.mean.data(),
                    moments.inverse.data());
  }
  // As in PyTorch the running variance is that of the population.
  const float unbiased =
      static_cast<float>(rows) / static_cast<float>(std::max<std::size_t>(rows, 2) - 1);
  std::vector<float> scale(channels), shift(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    if (pass_.training) {
      const float inverse = moments.inverse[c];
      const float of_batch = std::max(0.F, 1 / (inverse * inverse) - kEpsilon) * unbiased;
      mean[c] += pass_.statistics_momentum * (moments.mean[c] - mean[c]);
      variance[c] += pass_.statistics_momentum * (of_batch - variance[c]);
    } else {
      moments.mean[c] = mean[c];
      moments.inverse[c] = 1 / std::sqrt(variance[c] + kEpsilon);
    }
    scale[c] = parameters_[own.weight + c] * moments.inverse[c];
    shift[c] = parameters_[own.bias + c] - moments.mean[c] * scale[c];
  }
  scale_channels(in(index), rows, channels, scale.data(), shift.data(), outputs_[index].data());
}

void TrainableNetwork::join(std::size_t index) {
  const Layer& layer = network_.layers[index];
  const auto channels = static_cast<std::size_t>(layer.shape.channels);
  const std::size_t pixels = count_ * pixel_count(layer.shape);
  std::size_t begin = 0;
  for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
    const auto part = static_cast<std::size_t>(
        network_.layers[static_cast<std::size_t>(layer.inputs[k])].shape.channels);
    const float* from = in(index, k);
    float* to = outputs_[index].data() + begin;
    for (std::size_t p = 0; p < pixels; ++p) {
      std::copy_n(from + p * part, part, to + p * channels);
    }
    begin += part;
  }
}

void TrainableNetwork::cut(std::size_t index) {
  float* to = outputs_[index].data();
  for_kept_pixels(
      network_, network_.layers[index], count_,
      [&](std::size_t from, std::size_t size) { to = std::copy_n(in(index) + from, size, to); });
}

void TrainableNetwork::average_all(std::size_t index) {
  const Shape& from = input_shape(network_, network_.layers[index]);
  const auto channels = static_cast<std::size_t>(from.channels);
  const std::size_t pixels = pixel_count(from);
  float* out = outputs_[index].data();
  for (std::size_t image = 0; image < count_; ++image, out += channels) {
    const float* x = in(index) + image * pixels * channels;
    for (std::size_t p = 0; p < pixels; ++p) {
      accumulate(x + p * channels, channels, 1.F / static_cast<float>(pixels), p > 0, out);
    }
  }
}

void TrainableNetwork::apply_linear(std::size_t index) {
  const LayerNumbers& own = numbers_[index];
  const std::size_t columns = own.bias_size;
  float* out = outputs_[index].data();
  for (std::size_t image = 0; image < count_; ++image) {
    std::copy_n(parameters_.data() + own.bias, columns, out + image * columns);
  }
  product(in(index), parameters_.data() + own.weight, count_, own.weight_size / columns, columns,
          true, out);
}

void TrainableNetwork::drop_paths(std::size_t index) {
  std::vector<float>& kept = kept_paths_[index];
  kept.assign(count_, 1.F);
  if (pass_.training && pass_.drop_path > 0) {
    DINAS_CHECK(pass_.random != nullptr);
    for (float& factor : kept) {
      const bool dropped = pass_.random->uniform() < pass_.drop_path;
      factor = dropped ? 0.F : static_cast<float>(1 / (1 - pass_.drop_path));
    }
  }
  const std::size_t size = number_count(network_.layers[index].shape);
  for (std::size_t image = 0; image < count_; ++image) {
    accumulate(in(index) + image * size, size, kept[image], false,
               outputs_[index].data() + image * size);
  }
}

}  // namespace dinas::nettrain
