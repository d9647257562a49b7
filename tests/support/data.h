// Where the real benchmark tables are, for tests that need them.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace dinas {

/// DINAS_DATA, or "" where it is not set.
inline std::string data_folder() {
  const char* folder = std::getenv("DINAS_DATA");
  return folder == nullptr ? "" : folder;
}

}  // namespace dinas

/// First line of a test that reads a real table.
#define DINAS_NEED_DATA()                                                             \
  do {                                                                                \
    if (::dinas::data_folder().empty()) {                                             \
      GTEST_SKIP() << "set DINAS_DATA to the folder of benchmark tables to run this"; \
    }                                                                                 \
  } while (false)
