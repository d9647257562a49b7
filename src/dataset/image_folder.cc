#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "dataset/image_file.h"
#include "dataset/readers.h"

namespace dinas {
namespace {

namespace fs = std::filesystem;

// Names in a folder, sorted; hidden ones left out.
std::vector<std::string> entries(const std::string& folder, bool folders) {
  auto names = read_folder(folder, [&] {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with('.') && entry.is_directory() == folders) found.push_back(name);
    }
    return found;
  });
  std::sort(names.begin(), names.end());
  return names;
}

std::string split_folder(const std::string& folder, Split split) {
  if (split == Split::kTrain) return folder + "/train";
  std::error_code ignored;
  return fs::exists(folder + "/val", ignored) ? folder + "/val" : folder + "/test";
}

// May an image of that shape come next? The first one sets the size of all.
void admit(const std::string& path, const ImageShape& found, Dataset& data) {
  if (data.labels.empty()) {
    data.channels = found.channels;
    data.height = found.height;
    data.width = found.width;
  }
  if (found != ImageShape{data.channels, data.height, data.width}) {
    throw Error(fmt::format(
        "{}: expected {} x {} x {} as in the images before it, found {} x {} x "
        "{}: bring all images to one size",
        path, data.channels, data.height, data.width, found.channels, found.height, found.width));
  }
  if (data.images.size() + data.image_bytes() > kMostImageBytes) {
    throw Error(
        fmt::format("{}: with this image the dataset exceeds {} GiB of memory: shrink the "
                    "images or leave some out",
                    path, kMostImageBytes >> 30U));
  }
}

void append(const std::string& path, std::uint16_t label, Dataset& data) {
  const auto bytes = decode_image(path, [&](const ImageShape& shape) { admit(path, shape, data); });
  data.images.insert(data.images.end(), bytes.begin(), bytes.end());
  data.labels.push_back(label);
}

}  // namespace

Dataset read_image_folder(const std::string& folder, Split split) {
  const std::string root = split_folder(folder, split);
  const std::vector<std::string> classes = entries(folder + "/train", true);
  const std::vector<std::string> found = entries(root, true);
  if (classes.size() < 2 || classes.size() > 65'535 || found != classes) {
    throw Error(
        fmt::format("{}: expected a folder for each of the classes in {}/train (2 to "
                    "65535), found {} of {}",
                    root, folder, found.size(), classes.size()));
  }
  Dataset data;
  data.classes = static_cast<int>(classes.size());
  for (std::size_t label = 0; label < classes.size(); ++label) {
    const std::string of_class = fmt::format("{}/{}", root, classes[label]);
    const std::vector<std::string> names = entries(of_class, false);
    if (names.empty()) throw Error(of_class + ": expected images of the class, found no file");
    for (const std::string& name : names) {
      append(fmt::format("{}/{}", of_class, name), static_cast<std::uint16_t>(label), data);
    }
  }
  return data;
}

}  // namespace dinas
