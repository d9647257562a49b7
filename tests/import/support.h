// Bytes as tests of readers write them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace dinas {

/// What the Error says that `action` must throw.
template <typename Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "expected an Error";
  return {};
}

/// A number of `size` bytes, lowest first.
inline std::string little_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
  return bytes;
}

}  // namespace dinas
