#include "dataset/dataset.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "dataset/readers.h"

namespace dinas {
namespace {

bool there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

}  // namespace

Dataset read_dataset(const std::string& path, Split split) {
  std::string folder = path;
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    throw Error(fmt::format("{}: expected the folder of a dataset, found {}", folder,
                            there(folder) ? "a file" : "nothing"));
  }
  for (const char* name : {"/train-images-idx3-ubyte", "/t10k-images-idx3-ubyte"}) {
    if (there(folder + name) || there(folder + name + ".gz")) return read_idx(folder, split);
  }
  if (there(folder + "/data_batch_1.bin") || there(folder + "/test_batch.bin")) {
    return read_cifar10(folder, split);
  }
  if (there(folder + "/train.bin") || there(folder + "/test.bin")) {
    return read_cifar100(folder, split);
  }
  if (there(folder + "/train")) return read_image_folder(folder, split);
  throw Error(fmt::format(
      "{}: expected a dataset, found none of train-images-idx3-ubyte[.gz] (IDX), data_batch_1.bin "
      "(CIFAR-10), train.bin (CIFAR-100) and the folder train (images by class)",
      folder));
}

}  // namespace dinas
