#include "nettrain/layer_shapes.h"

#include <algorithm>
#include <limits>

namespace dinas::nettrain {
namespace {

std::size_t size(int value) { return static_cast<std::size_t>(value); }

}  // namespace

Window forward_window(const ImageNetwork& network, const Layer& layer) {
  const Placement place = forward_placement(network, layer);
  return {place.out_width,    place.channels,     size(layer.shape.height), size(layer.shape.width),
          size(layer.kernel), size(layer.stride), size(layer.dilation)};
}

Placement forward_placement(const ImageNetwork& network, const Layer& layer) {
  const Shape& from = input_shape(network, layer);
  return {size(from.height),
          size(from.width),
          size(from.channels),
          size(layer.padding),
          1,
          size(from.height + 2 * layer.padding),
          size(from.width + 2 * layer.padding),
          layer.kind == LayerKind::kMaxPool ? -std::numeric_limits<float>::infinity() : 0.F};
}

Window backward_window(const ImageNetwork& network, const Layer& layer) {
  const Placement place = backward_placement(network, layer);
  const Shape& from = input_shape(network, layer);
  return {place.out_width,     place.channels,     size(from.height),
          size(from.width),    size(layer.kernel), 1,
          size(layer.dilation)};
}

// Output pixel y reads input pixels y * stride - padding + i * dilation, i < kernel. So input pixel
// x reads, counted from reach = (kernel - 1) * dilation, spread gradients x + padding - i *
// dilation.
Placement backward_placement(const ImageNetwork& network, const Layer& layer) {
  const Shape& from = input_shape(network, layer);
  const int reach = (layer.kernel - 1) * layer.dilation;
  return {size(layer.shape.height),   size(layer.shape.width),
          size(layer.shape.channels), size(reach - layer.padding),
          size(layer.stride),         size(from.height + reach),
          size(from.width + reach),   0.F};
}

std::vector<float> average_shares(const ImageNetwork& network, const Layer& layer) {
  const Shape& from = input_shape(network, layer);
  const auto covered = [&](int out, int image) {
    const int begin = out * layer.stride - layer.padding;
    return std::min(begin + layer.kernel, image) - std::max(begin, 0);
  };
  std::vector<float> shares;
  for (int row = 0; row < layer.shape.height; ++row) {
    for (int column = 0; column < layer.shape.width; ++column) {
      const int count = covered(row, from.height) * covered(column, from.width);
      shares.push_back(1.F / static_cast<float>(std::max(count, 1)));
    }
  }
  return shares;
}

}  // namespace dinas::nettrain
