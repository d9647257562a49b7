#include "space/nasbench101_cost.h"

#include <gtest/gtest.h>

namespace dinas {
namespace {

using Channels = std::array<std::int64_t, kNasBench101Nodes>;

// Three parallel nodes share 128 channels: 3 * 42 + 2.
TEST(NasBench101Cost, FirstNodesTakeTheRemainder) {
  NasBench101Cell cell;
  cell.nodes = 5;
  cell.inputs = {0, 1, 1, 1, 0b1110};
  EXPECT_EQ(nasbench101_channels(cell, 64, 128), (Channels{64, 43, 43, 42, 128}));
}

// 2, 3 and 4 feed the output, 1 feeds 3 and 4, of which 3 has a channel more.
TEST(NasBench101Cost, OtherNodesTakeTheMostOfTheirSuccessors) {
  NasBench101Cell cell;
  cell.nodes = 6;
  cell.inputs = {0, 1, 1, 0b10, 0b10, 0b11100};
  EXPECT_EQ(nasbench101_channels(cell, 128, 128), (Channels{128, 43, 43, 43, 42, 128}));
}

}  // namespace
}  // namespace dinas
