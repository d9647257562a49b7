#include <algorithm>

#include "nettrain/kernels.h"
#include "nettrain/layer_shapes.h"
#include "nettrain/trainable_network.h"

namespace dinas::nettrain {

void TrainableNetwork::propagate(std::size_t index) {
  const Layer& layer = network_.layers[index];
  const float* dout = output_grads_[index].data();
  switch (layer.kind) {
    case LayerKind::kInput:
    case LayerKind::kZero:
      return;
    case LayerKind::kConvolution:
      return propagate_convolution(index);
    case LayerKind::kBatchNorm:
      return propagate_norm(index);
    case LayerKind::kRelu: {
      bool add = false;
      float* dx = gradient_of(layer.inputs.front(), add);
      return relu_gradient(in(index), dout, size_of(index), add, dx);
    }
    case LayerKind::kMaxPool:
      return propagate_max_pool(index);
    case LayerKind::kAveragePool:
      return propagate_average_pool(index);
    case LayerKind::kGlobalAverage:
      return propagate_average(index);
    case LayerKind::kLinear:
      return propagate_linear(index);
    case LayerKind::kAdd:
      for (const int input : layer.inputs) {
        bool add = false;
        float* dx = gradient_of(input, add);
        accumulate(dout, size_of(index), 1, add, dx);
      }
      return;
    case LayerKind::kConcat:
      return propagate_join(index);
    case LayerKind::kSlice:
    case LayerKind::kCrop:
      return propagate_cut(index);
    case LayerKind::kDropPath:
      return propagate_drop_paths(index);
  }
}

void TrainableNetwork::propagate_convolution(std::size_t index) {
  const Layer& layer = network_.layers[index];
  add_kernel_gradient(index);
  if (layer.inputs.front() == 0) return;  // nobody asks for the image's gradient
  const auto channels = static_cast<std::size_t>(layer.shape.channels);
  const Window window = backward_window(network_, layer);
  const auto in_channels = static_cast<std::size_t>(input_shape(network_, layer).channels);
  turn_kernel(index);
  bool add = false;
  float* dx = gradient_of(layer.inputs.front(), add);
  if (reads_pixels(layer) && layer.groups == 1) {
    return product(output_grads_[index].data(), turned_.data(), size_of(index) / channels, channels,
                   in_channels, add, dx);
  }
  for_spread_gradients(index, output_grads_[index].data(), dx, [&](const float* up, float* to) {
    if (layer.groups == 1) {
      nettrain::convolve(up, window, turned_.data(), in_channels, add, to);
    } else {
      depthwise(up, window, turned_.data(), add, to);
    }
  });
}

void TrainableNetwork::add_kernel_gradient(std::size_t index) {
  const Layer& layer = network_.layers[index];
  const auto channels = static_cast<std::size_t>(layer.shape.channels);
  const Window window = forward_window(network_, layer);
  float* dweights = gradients_.data() + numbers_[index].weight;
  const float* dout = output_grads_[index].data();
  if (reads_pixels(layer) && layer.groups == 1) {
    return add_transposed_product(in(index), dout, size_of(index) / channels, window.channels,
                                  channels, dweights);
  }
  for_placed_inputs(index, [&](const float* image, std::size_t out) {
    if (layer.groups == 1) {
      add_weight_gradient(image, window, dout + out, channels, dweights);
    } else {
      add_depthwise_gradient(image, window, dout + out, dweights);
    }
  });
}

// The kernel read backwards, [k, k, out, in]: what leads from output gradients to input gradients.
void TrainableNetwork::turn_kernel(std::size_t index) {
  const Layer& layer = network_.layers[index];
  const float* weights = parameters_.data() + numbers_[index].weight;
  const auto out = static_cast<std::size_t>(layer.shape.channels);
  const std::size_t taps = window_pixels(layer);
  const std::size_t in = numbers_[index].weight_size / taps / out;
  turned_.resize(std::max(turned_.size(), numbers_[index].weight_size));
  for (std::size_t tap = 0; tap < taps; ++tap) {
    const float* from = weights + (taps - 1 - tap) * in * out;
    float* to = turned_.data() + tap * in * out;
    for (std::size_t i = 0; i < in; ++i) {
      for (std::size_t o = 0; o < out; ++o) to[o * in + i] = from[i * out + o];
    }
  }
}

// Calls body(spread gradient of the output, gradient of the input) for every image.
template <typename Body>
void TrainableNetwork::for_spread_gradients(std::size_t index, const float* dout, float* dx,
                                            const Body& body) {
  const Layer& layer = network_.layers[index];
  const Placement place = backward_placement(network_, layer);
  placed_.resize(std::max(placed_.size(), placed_numbers(place)));
  for (std::size_t image = 0; image < count_; ++image) {
    place_image(dout + image * number_count(layer.shape), place, placed_.data());
    body(placed_.data(), dx + image * number_count(input_shape(network_, layer)));
  }
}

void TrainableNetwork::propagate_average_pool(std::size_t index) {
  const Layer& layer = network_.layers[index];
  const std::vector<float> shares = average_shares(network_, layer);
  const auto channels = static_cast<std::size_t>(layer.shape.channels);
  // In place: nobody reads this gradient again.
  float* dout = output_grads_[index].data();
  scale_pixels(shares, count_, channels, dout);
  const Window window = backward_window(network_, layer);
  bool add = false;
  float* dx = gradient_of(layer.inputs.front(), add);
  for_spread_gradients(index, dout, dx, [&](const float* up, float* to) {
    sum_windows(up, window, nullptr, add, to);
  });
}

void TrainableNetwork::propagate_max_pool(std::size_t index) {
  const Layer& layer = network_.layers[index];
  const Window window = forward_window(network_, layer);
  const Placement place = forward_placement(network_, layer);
  const Shape& from = input_shape(network_, layer);
  float* dx = cleared_gradient_of(layer.inputs.front());
  std::vector<float> placed_gradient(placed_numbers(place));
  std::size_t number = 0;
  for_placed_inputs(index, [&](const float* image, std::size_t out) {
    std::fill(placed_gradient.begin(), placed_gradient.end(), 0.F);
    add_max_pool_gradient(image, window, outputs_[index].data() + out,
                          output_grads_[index].data() + out, placed_gradient.data());
    const std::size_t line = place.width * place.channels;
    for (std::size_t row = 0; row < place.height; ++row) {
      const std::size_t begin =
          ((place.margin + row) * place.out_width + place.margin) * place.channels;
      accumulate(placed_gradient.data() + begin, line, 1, true,
                 dx + number * number_count(from) + row * line);
    }
    ++number;
  });
}

void TrainableNetwork::propagate_norm(std::size_t index) {
  const LayerNumbers& own = numbers_[index];
  NormGradient g;
  bool add = false;
  g.x = in(index);
  g.dout = output_grads_[index].data();
  g.mean = moments_[index].mean.data();
  g.inverse = moments_[index].inverse.data();
  g.scale = parameters_.data() + own.weight;
  g.dscale = gradients_.data() + own.weight;
  g.dshift = gradients_.data() + own.bias;
  g.dx = gradient_of(network_.layers[index].inputs.front(), add);
  batch_norm_gradient(g, size_of(index) / own.weight_size, own.weight_size, add);
}

void TrainableNetwork::propagate_join(std::size_t index) {
  const Layer& layer = network_.layers[index];
  const auto channels = static_cast<std::size_t>(layer.shape.channels);
  const std::size_t pixels = count_ * pixel_count(layer.shape);
  std::size_t begin = 0;
  for (const int input : layer.inputs) {
    const auto part =
        static_cast<std::size_t>(network_.layers[static_cast<std::size_t>(input)].shape.channels);
    bool add = false;
    float* dx = gradient_of(input, add);
    for (std::size_t p = 0; p < pixels; ++p) {
      accumulate(output_grads_[index].data() + p * channels + begin, part, 1, add, dx + p * part);
    }
    begin += part;
  }
}

void TrainableNetwork::propagate_cut(std::size_t index) {
  float* dx = cleared_gradient_of(network_.layers[index].inputs.front());
  const float* from = output_grads_[index].data();
  for_kept_pixels(network_, network_.layers[index], count_, [&](std::size_t to, std::size_t size) {
    accumulate(from, size, 1, true, dx + to);
    from += size;
  });
}

void TrainableNetwork::propagate_average(std::size_t index) {
  const Layer& layer = network_.layers[index];
  const Shape& from = input_shape(network_, layer);
  const auto channels = static_cast<std::size_t>(from.channels);
  const std::size_t pixels = pixel_count(from);
  bool add = false;
  float* dx = gradient_of(layer.inputs.front(), add);
  for (std::size_t p = 0; p < count_ * pixels; ++p) {
    accumulate(output_grads_[index].data() + p / pixels * channels, channels,
               1.F / static_cast<float>(pixels), add, dx + p * channels);
  }
}

void TrainableNetwork::propagate_linear(std::size_t index) {
  const LayerNumbers& own = numbers_[index];
  const std::size_t columns = own.bias_size;
  const std::size_t depth = own.weight_size / columns;
  const float* dout = output_grads_[index].data();
  for (std::size_t image = 0; image < count_; ++image) {
    accumulate(dout + image * columns, columns, 1, true, gradients_.data() + own.bias);
  }
  add_transposed_product(in(index), dout, count_, depth, columns, gradients_.data() + own.weight);
  turn_kernel(index);
  bool add = false;
  float* dx = gradient_of(network_.layers[index].inputs.front(), add);
  product(dout, turned_.data(), count_, columns, depth, add, dx);
}

void TrainableNetwork::propagate_drop_paths(std::size_t index) {
  const std::size_t size = number_count(network_.layers[index].shape);
  bool add = false;
  float* dx = gradient_of(network_.layers[index].inputs.front(), add);
  for (std::size_t image = 0; image < count_; ++image) {
    accumulate(output_grads_[index].data() + image * size, size, kept_paths_[index][image], add,
               dx + image * size);
  }
}

}  // namespace dinas::nettrain
