// One reader for each kind of dataset; read_dataset() chooses.
#pragma once

#include <cstddef>
#include <string>

#include "dataset/dataset.h"

namespace dinas {

// Of all images of a dataset.
inline constexpr std::size_t kMostImageBytes = std::size_t{8} << 30U;

// `folder` has no slash at its end.
Dataset read_idx(const std::string& folder, Split split);
Dataset read_cifar10(const std::string& folder, Split split);
Dataset read_cifar100(const std::string& folder, Split split);
Dataset read_image_folder(const std::string& folder, Split split);

}  // namespace dinas
