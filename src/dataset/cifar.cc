// CIFAR binary batches (A. Krizhevsky): records of one label byte (CIFAR-100: coarse, then fine)
// and 3 x 32 x 32 bytes, channel after channel.
#include <fmt/format.h>

#include "base/error.h"
#include "dataset/byte_file.h"
#include "dataset/readers.h"

namespace dinas {
namespace {

struct Layout {
  int classes = 10;
  std::size_t label_bytes = 1;  // the last one counts
  std::size_t most_records = 0;
};

void append(const std::string& path, const Layout& layout, Dataset& data) {
  ByteFile file(path);
  std::vector<std::uint8_t> labels;
  for (std::size_t record = 0; !file.at_end(); ++record) {
    if (record == layout.most_records) {
      throw Error(fmt::format("{}: expected at most {} images, found more: it is no CIFAR batch",
                              file.path(), layout.most_records));
    }
    labels.clear();
    file.read(layout.label_bytes, "a label", labels);
    if (labels.back() >= layout.classes) {
      throw Error(
          fmt::format("{}: expected a label below {} in record {}, found {}: it is no "
                      "CIFAR-{} batch",
                      file.path(), layout.classes, record, labels.back(), layout.classes));
    }
    data.labels.push_back(labels.back());
    file.read(data.image_bytes(), "an image", data.images);
  }
  if (data.labels.empty())
    throw Error(file.path() + ": expected CIFAR images, found an empty file");
}

Dataset empty(const Layout& layout) { return {3, 32, 32, layout.classes, {}, {}}; }

}  // namespace

Dataset read_cifar10(const std::string& folder, Split split) {
  const Layout layout{10, 1, 10'000};
  Dataset data = empty(layout);
  if (split == Split::kTest) {
    append(folder + "/test_batch.bin", layout, data);
  } else {
    for (int batch = 1; batch <= 5; ++batch) {
      append(fmt::format("{}/data_batch_{}.bin", folder, batch), layout, data);
    }
  }
  return data;
}

Dataset read_cifar100(const std::string& folder, Split split) {
  const Layout layout{100, 2, 50'000};
  Dataset data = empty(layout);
  append(folder + (split == Split::kTrain ? "/train.bin" : "/test.bin"), layout, data);
  return data;
}

}  // namespace dinas
