#include "table/row_index.h"

#include <gtest/gtest.h>

namespace dinas {
namespace {

TEST(RowIndex, FindsEveryRowAndNothingElse) {
  // Hashes that differ in a low bit, in a high bit, or not at all.
  std::vector<std::uint64_t> hashes;
  for (std::uint64_t i = 0; i < 500; ++i) {
    hashes.push_back(i);
    hashes.push_back(i << 55U);
    hashes.push_back(7);
  }
  RowIndex index;
  const auto find = [&](std::uint64_t hash, std::size_t row) {
    return index.find(hash, [&](std::size_t other) { return other == row; });
  };
  EXPECT_FALSE(find(7, 0));
  for (std::size_t row = 0; row < hashes.size(); ++row) {
    EXPECT_FALSE(find(hashes[row], row));
    index.add(hashes[row], row);
    if (row == 700) index.reserve(5000);
  }
  for (std::size_t row = 0; row < hashes.size(); ++row) {
    EXPECT_EQ(find(hashes[row], row), row);
    EXPECT_FALSE(find(hashes[row] ^ 0x100000U, row));
  }
}

}  // namespace
}  // namespace dinas
