#include "model/tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"

namespace dinas {

std::int64_t element_count(const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0) throw Error(fmt::format("shape {} has a negative size", print_shape(shape)));
    if (__builtin_mul_overflow(count, size, &count)) {
      throw Error(fmt::format("shape {} is too large", print_shape(shape)));
    }
  }
  return count;
}

std::string print_shape(const std::vector<std::int64_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

}  // namespace dinas
