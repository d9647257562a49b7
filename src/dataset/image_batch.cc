#include "dataset/image_batch.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace dinas {
namespace {

// Where a pixel of the changed image comes from.
struct Change {
  bool mirrored = false;
  int down = 0;
  int right = 0;
  int hole_top = 0;
  int hole_left = 0;
  int hole = 0;

  [[nodiscard]] bool in_hole(int row, int column) const {
    return row >= hole_top && row < hole_top + hole && column >= hole_left &&
           column < hole_left + hole;
  }
};

int below(RandomStream& random, int n) {
  return static_cast<int>(random.below(static_cast<std::uint32_t>(n)));
}

Change draw(const Dataset& dataset, const Augmentation& augmentation, RandomStream& random) {
  Change change;
  if (augmentation.flip) change.mirrored = random.below(2) == 1;
  if (augmentation.crop > 0) {
    change.down = below(random, 2 * augmentation.crop + 1) - augmentation.crop;
    change.right = below(random, 2 * augmentation.crop + 1) - augmentation.crop;
  }
  if (augmentation.cutout > 0) {  // the centre is inside, the square may reach over the edge
    change.hole = augmentation.cutout;
    change.hole_top = below(random, dataset.height) - augmentation.cutout / 2;
    change.hole_left = below(random, dataset.width) - augmentation.cutout / 2;
  }
  return change;
}

}  // namespace

PixelStatistics pixel_statistics(const Dataset& dataset) {
  PixelStatistics result;
  const std::size_t pixels = dataset.image_bytes() / static_cast<std::size_t>(dataset.channels);
  for (std::size_t channel = 0; channel < static_cast<std::size_t>(dataset.channels); ++channel) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < dataset.count(); ++i) {
      for (const std::uint8_t value : dataset.image(i).subspan(channel * pixels, pixels)) {
        sum += value;
        squares += static_cast<double>(value) * value;
      }
    }
    const double numbers = std::max(1.0, static_cast<double>(dataset.count() * pixels));
    const double mean = sum / numbers;
    result.mean.push_back(static_cast<float>(mean));
    result.deviation.push_back(
        static_cast<float>(std::sqrt(std::max(1.0, squares / numbers - mean * mean))));
  }
  return result;
}

void fill_batch(const Dataset& dataset, std::span<const std::size_t> chosen,
                const PixelStatistics& statistics, const Augmentation& augmentation,
                RandomStream& random, std::span<float> out) {
  DINAS_CHECK(out.size() == chosen.size() * dataset.image_bytes());
  const int height = dataset.height, width = dataset.width;
  float* to = out.data();
  for (const std::size_t index : chosen) {
    const std::span<const std::uint8_t> image = dataset.image(index);
    const Change change = draw(dataset, augmentation, random);
    for (int row = 0; row < height; ++row) {
      for (int column = 0; column < width; ++column) {
        const int old_row = row - change.down;
        const int shifted = column - change.right;
        const int old_column = change.mirrored ? width - 1 - shifted : shifted;
        const bool inside = old_row >= 0 && old_row < height && old_column >= 0 &&
                            old_column < width && !change.in_hole(row, column);
        for (int channel = 0; channel < dataset.channels; ++channel) {
          const auto c = static_cast<std::size_t>(channel);
          const auto place =
              static_cast<std::size_t>((channel * height + old_row) * width + old_column);
          *to++ = inside ? (static_cast<float>(image[place]) - statistics.mean[c]) /
                               statistics.deviation[c]
                         : 0.F;
        }
      }
    }
  }
}

}  // namespace dinas
