// One reader for each kind of dataset; read_dataset() chooses.
#pragma once

#include <string>

#include "dataset/dataset.h"

namespace dinas {

// `folder` has no slash at its end.
Dataset read_idx(const std::string& folder, Split split);
Dataset read_cifar10(const std::string& folder, Split split);
Dataset read_cifar100(const std::string& folder, Split split);
Dataset read_image_folder(const std::string& folder, Split split);

}  // namespace dinas
