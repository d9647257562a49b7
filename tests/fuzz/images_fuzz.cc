// Datasets of images. The first byte of an input is the kind: 'i' IDX (images, a line "--",
// labels), 'c' CIFAR-10, 'd' CIFAR-100, any other a PNG or JPEG (with that byte). What is read is
// whole, or there is an Error that names a file.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "dataset/dataset.h"
#include "dataset/image_file.h"
#include "fuzz/target.h"
#include "support/temp.h"

namespace dinas {
namespace {

void write(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void read_folder_of(const TempFolder& folder) {
  const Dataset data = read_dataset(folder.path(), Split::kTest);
  DINAS_CHECK(data.count() > 0 && data.images.size() == data.count() * data.image_bytes());
  DINAS_CHECK(std::ranges::all_of(data.labels, [&](int label) { return label < data.classes; }));
}

void read_image(const TempFolder& folder, std::string_view input) {
  constexpr int most_pixels = 1 << 20U;
  write(folder.file("image"), input);
  ImageShape found;
  const auto bytes = decode_image(folder.file("image"), [&](const ImageShape& shape) {
    if (shape.height > most_pixels / shape.width) throw Error(folder.file("image") + ": large");
    found = shape;
  });
  const std::size_t expected = static_cast<std::size_t>(found.channels) *
                               static_cast<std::size_t>(found.height) *
                               static_cast<std::size_t>(found.width);
  DINAS_CHECK(bytes.size() == expected && expected > 0);
}

void read_any(const TempFolder& folder, std::string_view input) {
  const char kind = input.empty() ? '\0' : input.front();
  if (kind == 'i') {
    constexpr std::string_view line = "\n--\n";
    const std::size_t end = std::min(input.find(line), input.size());
    write(folder.file("t10k-images-idx3-ubyte"), input.substr(1, end - 1));
    write(folder.file("t10k-labels-idx1-ubyte"),
          input.substr(std::min(end + line.size(), input.size())));
    read_folder_of(folder);
  } else if (kind == 'c' || kind == 'd') {
    write(folder.file(kind == 'c' ? "test_batch.bin" : "test.bin"), input.substr(1));
    read_folder_of(folder);
  } else {
    read_image(folder, input);
  }
}

}  // namespace

void fuzz_one(std::string_view input) {
  static const TempFolder folder;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::filesystem::remove(entry);
  }
  try {
    read_any(folder, input);
  } catch (const Error& error) {
    DINAS_CHECK(std::string_view(error.what()).find(folder.path()) != std::string_view::npos);
  }
}

}  // namespace dinas
