// A named block of float32 numbers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace dinas {

struct Tensor {
  std::vector<std::int64_t> shape;  // row-major
  std::vector<float> data;
};

using TensorMap = std::map<std::string, Tensor>;

/// Product of the shape; 1 for a scalar. Throws Error for a negative size and for a product of
/// 2^63 or more.
std::int64_t element_count(const std::vector<std::int64_t>& shape);

/// "[64, 7]", for messages.
std::string print_shape(const std::vector<std::int64_t>& shape);

}  // namespace dinas
