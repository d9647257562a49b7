// Networks of images, for tests.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "network/image_network.h"
#include "network/network_builder.h"
#include "space/space.h"
#include "support/space_test.h"

namespace dinas {

inline std::ptrdiff_t layers_of_kind(const ImageNetwork& network, LayerKind kind) {
  return std::ranges::count(network.layers, kind, &Layer::kind);
}

inline const Layer& layer_at(const ImageNetwork& network, int index) {
  return network.layers.at(static_cast<std::size_t>(index));
}

/// The cells of DARTS, second order.
inline const std::string kDartsV2 =
    "sep_conv_3x3~0 sep_conv_3x3~1 sep_conv_3x3~0 sep_conv_3x3~1 sep_conv_3x3~1 skip_connect~0 "
    "skip_connect~0 dil_conv_3x3~2 max_pool_3x3~0 max_pool_3x3~1 skip_connect~2 max_pool_3x3~1 "
    "max_pool_3x3~0 skip_connect~2 skip_connect~2 max_pool_3x3~1";

/// Images as a network takes them.
inline std::vector<float> random_images(const ImageNetwork& network, std::size_t count,
                                        std::uint32_t seed) {
  RandomStream stream(seed, Purpose::kCheck, 1);
  std::vector<float> images(count * static_cast<std::size_t>(network.input_shape().numbers()));
  for (float& v : images) v = static_cast<float>(stream.normal());
  return images;
}

/// A network of layers put together at random, most kinds among them, some of them unread.
class RandomNetwork {
 public:
  explicit RandomNetwork(std::uint32_t seed)
      : stream_(seed, Purpose::kCheck), builder_({1 + below(4), 6 + below(5), 6 + below(5)}) {}

  ImageNetwork network() && {
    int last = 0;
    for (int i = 0; i < 25; ++i) last = layer(large_one(last));
    const int mean = below(2) == 0 ? last : builder_.global_average(last);
    const int logits = builder_.linear(mean, 1 + below(5));
    return std::move(builder_).finish(logits);
  }

 private:
  int below(int n) { return static_cast<int>(stream_.below(static_cast<std::uint32_t>(n))); }

  // A layer up to `last` that every window fits on, mostly a late one.
  int large_one(int last) {
    while (true) {
      const int layer = below(4) == 0 ? below(last + 1) : last - below(std::min(last + 1, 4));
      const Shape& shape = builder_.shape(layer);
      if (shape.height >= 3 && shape.width >= 3) return layer;
    }
  }

  // Other layers of the shape of `like`, and a new one as often as not.
  std::vector<int> alike(int like, int last) {
    std::vector<int> found = {like};
    for (int i = last; i > 0 && found.size() < 4; --i) {
      if (builder_.shape(i) == builder_.shape(like) && below(2) == 0) found.push_back(i);
    }
    if (below(2) == 0) {
      found.push_back(builder_.convolution(like, builder_.shape(like).channels, {}));
    }
    return found;
  }

  int convolution(int input) {
    const int channels = builder_.shape(input).channels;
    const int dilation = 1 + below(2);
    const bool depthwise = channels > 1 && below(3) == 0;
    const int kernel = below(2) == 0 ? 1 : 3;
    return builder_.convolution(input, depthwise ? channels : 1 + below(20),
                                {kernel, 1 + below(2), kernel / 2 * dilation, dilation},
                                depthwise ? channels : 1);
  }

  int layer(int input) {
    const Shape shape = builder_.shape(input);
    switch (below(12)) {
      case 0:
        return builder_.relu(input);
      case 1:
        return builder_.max_pool(input, {.kernel = 3, .stride = 1 + below(2), .padding = below(2)});
      case 2:
        return builder_.average_pool(input, {.kernel = 3, .stride = 1 + below(2), .padding = 1});
      case 3:
        return builder_.add(alike(input, input));
      case 4:
        return builder_.concat(alike(input, input));
      case 5:
        return builder_.slice(input, 1 + below(shape.channels));
      case 6:
        return builder_.crop(input);
      case 7:
        return builder_.zero(input, 1 + below(2));
      case 8:
        return builder_.drop_path(input);
      case 9:
        return builder_.batch_norm(builder_.concat(std::array{
            builder_.convolution(input, 1 + below(9), {}), builder_.convolution(input, 3, {})}));
      case 10:
        return builder_.batch_norm(input);
      default:
        return convolution(input);
    }
  }

  RandomStream stream_;
  NetworkBuilder builder_;
};

}  // namespace dinas
