// Sizes of layers as the kernels take them.
#pragma once

#include <cstddef>
#include <vector>

#include "nettrain/kernels.h"
#include "network/image_network.h"

namespace dinas::nettrain {

inline std::size_t number_count(const Shape& shape) {
  return static_cast<std::size_t>(shape.numbers());
}

inline const Shape& input_shape(const ImageNetwork& network, const Layer& layer) {
  return network.layers[static_cast<std::size_t>(layer.inputs.front())].shape;
}

inline std::size_t pixel_count(const Shape& shape) {
  return static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width);
}

inline std::size_t window_pixels(const Layer& layer) {
  return static_cast<std::size_t>(layer.kernel) * static_cast<std::size_t>(layer.kernel);
}

/// Numbers under the window of a convolution that add up to one number of its output.
inline std::size_t window_numbers(const ImageNetwork& network, const Layer& layer) {
  return window_pixels(layer) *
         static_cast<std::size_t>(input_shape(network, layer).channels / layer.groups);
}

/// Does every output pixel of a convolution read the pixel at its own place only?
inline bool reads_pixels(const Layer& layer) {
  return layer.kernel == 1 && layer.stride == 1 && layer.padding == 0;
}

/// The layer's windows on its input with a margin of the padding.
Window forward_window(const ImageNetwork& network, const Layer& layer);
Placement forward_placement(const ImageNetwork& network, const Layer& layer);

/// The windows, on the spread gradient of the output, of which a pixel of the input is the result:
/// the gradient of a convolution's input is a convolution with the kernel turned around.
Window backward_window(const ImageNetwork& network, const Layer& layer);
Placement backward_placement(const ImageNetwork& network, const Layer& layer);

inline std::size_t placed_numbers(const Placement& place) {
  return place.out_height * place.out_width * place.channels;
}

/// [output pixels] 1 / number of pixels of the image, not of the margin, under the window.
std::vector<float> average_shares(const ImageNetwork& network, const Layer& layer);

// Calls body(offset in the input, size) for what a slice or a crop keeps, in its order.
template <typename Body>
void for_kept_pixels(const ImageNetwork& network, const Layer& layer, std::size_t images,
                     const Body& body) {
  const Shape& from = input_shape(network, layer);
  const auto kept = static_cast<std::size_t>(layer.shape.channels);
  const int skipped = layer.kind == LayerKind::kCrop ? 1 : 0;
  for (std::size_t image = 0; image < images; ++image) {
    for (int row = skipped; row < from.height; ++row) {
      for (int column = skipped; column < from.width; ++column) {
        const std::size_t pixel =
            image * pixel_count(from) + static_cast<std::size_t>(row * from.width + column);
        body(pixel * static_cast<std::size_t>(from.channels), kept);
      }
    }
  }
}

}  // namespace dinas::nettrain
