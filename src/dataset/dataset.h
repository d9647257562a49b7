// Images with classes, as training reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dinas {

/// Images of one size, a byte a number.
struct Dataset {
  int channels = 0;
  int height = 0;
  int width = 0;
  int classes = 0;
  std::vector<std::uint8_t> images;   // [count, channels, height, width]
  std::vector<std::uint16_t> labels;  // [count], below `classes`

  [[nodiscard]] std::size_t count() const { return labels.size(); }
  [[nodiscard]] std::size_t image_bytes() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
  /// [channels, height, width]
  [[nodiscard]] std::span<const std::uint8_t> image(std::size_t index) const {
    return std::span(images).subspan(index * image_bytes(), image_bytes());
  }
};

enum class Split { kTrain, kTest };

/// Reads the split of the dataset in folder `path`, whose kind shows in its files:
/// - IDX (MNIST, Fashion-MNIST): train-images-idx3-ubyte and train-labels-idx1-ubyte, t10k-* for
///   the test; each plain or .gz
/// - CIFAR-10 binary: data_batch_1.bin to data_batch_5.bin, test_batch.bin
/// - CIFAR-100 binary: train.bin, test.bin (the fine labels)
/// - images by class: train/CLASS/* and val/CLASS/* or test/CLASS/*, PNG or JPEG, all of one size
///   and 1 or 3 channels; classes in the order of their names
/// Throws Error naming the file, with the offset and the size, where one is missing, cut short,
/// longer than its header says or of another shape, and for more than 8 GiB of images; before it
/// reserves memory for what is not there.
Dataset read_dataset(const std::string& path, Split split);

/// `count` images (0: all) drawn without replacement, every class as often as the others where it
/// has that many, shrunk to `image_size` x `image_size` by averaging areas (0: as they are). Images
/// that are not square are cut to their central square first. Throws UsageError where the dataset
/// has fewer images or is smaller than `image_size`.
Dataset reduced(const Dataset& dataset, int image_size, std::size_t count, std::uint64_t seed);

}  // namespace dinas
