// IDX (Y. LeCun's MNIST page): two zero bytes, a type (8: unsigned byte), the number of dimensions,
// every dimension as a big-endian number, the values.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "dataset/byte_file.h"
#include "dataset/readers.h"

namespace dinas {
namespace {

constexpr std::uint32_t kMostPixels = 1U << 16U;  // of an image's side

std::vector<std::uint32_t> read_header(ByteFile& file, std::uint32_t dimensions) {
  const std::uint32_t magic = file.read_number("the IDX header");
  if (magic != (0x800U | dimensions)) {
    throw Error(fmt::format(
        "{}: expected an IDX file of unsigned bytes with {} dimension{} (magic "
        "number {:08x}), found {:08x} at offset 0",
        file.path(), dimensions, dimensions == 1 ? "" : "s", 0x800U | dimensions, magic));
  }
  std::vector<std::uint32_t> sizes(dimensions);
  for (std::uint32_t& size : sizes) size = file.read_number("the IDX header");
  return sizes;
}

}  // namespace

Dataset read_idx(const std::string& folder, Split split) {
  const std::string prefix = folder + (split == Split::kTrain ? "/train" : "/t10k");
  ByteFile images(prefix + "-images-idx3-ubyte");
  ByteFile labels(prefix + "-labels-idx1-ubyte");
  const std::vector<std::uint32_t> sizes = read_header(images, 3);
  const std::uint32_t label_count = read_header(labels, 1).front();
  if (sizes[0] == 0 || sizes[0] != label_count || sizes[1] == 0 || sizes[2] == 0 ||
      sizes[1] > kMostPixels || sizes[2] > kMostPixels) {
    throw Error(fmt::format(
        "{}: expected as many images as {} has labels, {}, and a size of 1 to "
        "{}; found {} images of {} x {}",
        images.path(), labels.path(), label_count, kMostPixels, sizes[0], sizes[1], sizes[2]));
  }
  Dataset data;
  data.channels = 1;
  data.height = static_cast<int>(sizes[1]);
  data.width = static_cast<int>(sizes[2]);
  if (data.image_bytes() > kMostImageBytes / sizes[0]) {
    throw Error(fmt::format("{}: expected at most {} GiB of images, found {} of {} x {}",
                            images.path(), kMostImageBytes >> 30U, sizes[0], sizes[1], sizes[2]));
  }
  images.read(data.image_bytes() * sizes[0], "images", data.images);
  images.expect_end();
  std::vector<std::uint8_t> bytes;
  labels.read(label_count, "labels", bytes);
  labels.expect_end();
  data.labels.assign(bytes.begin(), bytes.end());
  data.classes = *std::max_element(bytes.begin(), bytes.end()) + 1;
  return data;
}

}  // namespace dinas
