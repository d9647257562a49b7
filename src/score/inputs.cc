#include "score/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "dataset/image_batch.h"

namespace dinas {

ImageBatch draw_images(const Dataset& dataset, int image_size, std::size_t count,
                       std::uint64_t seed) {
  const Dataset drawn = reduced(dataset, image_size, count, seed);
  ImageBatch batch{{drawn.channels, drawn.height, drawn.width}, count, {}, drawn.labels};
  batch.values.resize(drawn.images.size());
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  RandomStream unused(seed, Purpose::kImages);
  fill_batch(drawn, all, pixel_statistics(dataset), {}, unused, batch.values);
  return batch;
}

ImageBatch draw_crops(const Dataset& dataset, int size, std::size_t count, std::uint64_t seed) {
  if (size < 1 || size > std::min(dataset.height, dataset.width) || dataset.count() == 0) {
    throw UsageError(fmt::format("squares of {} pixels cannot be cut from {} images of {} x {}",
                                 size, dataset.count(), dataset.height, dataset.width));
  }
  const PixelStatistics statistics = pixel_statistics(dataset);
  RandomStream random(seed, Purpose::kImages, 0, 2);
  const auto below = [&](int n) {
    return static_cast<int>(random.below(static_cast<std::uint32_t>(n)));
  };
  ImageBatch batch{{1, size, size}, count, {}, {}};
  for (std::size_t i = 0; i < count; ++i) {
    const auto image = dataset.image(random.below(static_cast<std::uint32_t>(dataset.count())));
    const int channel = below(dataset.channels);
    const int top = below(dataset.height - size + 1), left = below(dataset.width - size + 1);
    for (int row = top; row < top + size; ++row) {
      for (int column = left; column < left + size; ++column) {
        const auto place =
            static_cast<std::size_t>((channel * dataset.height + row) * dataset.width + column);
        batch.values.push_back((static_cast<float>(image[place]) -
                                statistics.mean[static_cast<std::size_t>(channel)]) /
                               statistics.deviation[static_cast<std::size_t>(channel)]);
      }
    }
  }
  return batch;
}

}  // namespace dinas
