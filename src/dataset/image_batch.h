// Images as a network reads them: numbers of mean 0 and deviation 1, changed at random in training.
#pragma once

#include <span>
#include <vector>

#include "base/random.h"
#include "dataset/dataset.h"

namespace dinas {

/// What is done to a training image; nothing by default.
struct Augmentation {
  bool flip = false;  // every other image mirrored left to right
  int crop = 0;       // moved by up to so many pixels each way; what comes in is the mean
  int cutout = 0;     // a square of this side, anywhere, replaced by the mean (DeVries 2017)
};

/// Mean and deviation of every channel over a dataset, in units of a byte.
struct PixelStatistics {
  std::vector<float> mean;       // [channels]
  std::vector<float> deviation;  // [channels], at least 1
};
PixelStatistics pixel_statistics(const Dataset& dataset);

/// Writes the images `chosen` as (byte - mean) / deviation to `out` [chosen, height, width,
/// channels]. `random` is drawn from where `augmentation` asks for anything.
void fill_batch(const Dataset& dataset, std::span<const std::size_t> chosen,
                const PixelStatistics& statistics, const Augmentation& augmentation,
                RandomStream& random, std::span<float> out);

}  // namespace dinas
