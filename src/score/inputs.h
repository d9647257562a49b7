// The images that training-free scores look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/dataset.h"
#include "network/image_network.h"

namespace dinas {

/// Standardised images in the order of training, [count, height, width, channels].
struct ImageBatch {
  Shape shape;
  std::size_t count = 0;
  std::vector<float> values;
  std::vector<std::uint16_t> labels{};  // [count]; crops have none

  [[nodiscard]] std::span<const float> image(std::size_t index) const {
    const auto size = static_cast<std::size_t>(shape.numbers());
    return std::span(values).subspan(index * size, size);
  }
};

/// `count` images of `image_size` x `image_size` with their labels, drawn as reduced() draws them:
/// classes take turns.
ImageBatch draw_images(const Dataset& dataset, int image_size, std::size_t count,
                       std::uint64_t seed);

/// `count` squares of `size` x `size` pixels, each from a random place and channel of a random
/// image: [count, size, size, 1]. What TE-NAS (Chen et al., ICLR 2021) counts linear regions on,
/// with size 3. Throws UsageError where the images are smaller.
ImageBatch draw_crops(const Dataset& dataset, int size, std::size_t count, std::uint64_t seed);

}  // namespace dinas
