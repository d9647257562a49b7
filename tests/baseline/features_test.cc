#include "baseline/features.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/hash.h"
#include "space/nasbench101.h"
#include "space/nasbench201.h"
#include "support/space_test.h"

namespace dinas {
namespace {

// The graph of a cell has its input, its six operations and its output; the longest way goes
// through three of them.
TEST(SearchFeatures, ValuesThenEffectiveOnesThenTheGraph) {
  const auto space = make_nasbench201();
  const SearchFeatures features(*space);
  const Architecture cell{3, 3, 3, 1, 1, 4};
  const auto codes = features.codes(cell);
  ASSERT_EQ(codes.size(), features.size());
  EXPECT_EQ(features.variables(), 6U);
  EXPECT_TRUE(std::equal(cell.begin(), cell.end(), codes.begin()));
  EXPECT_TRUE(std::equal(cell.begin(), cell.end(), codes.begin() + 6));  // all of it has an effect
  const auto graph = space->graph(cell);
  // All nodes are counted somewhere; then the edges and the longest path in edges.
  EXPECT_EQ(std::accumulate(codes.begin() + 12, codes.end() - 2, 0U), graph.labels.size());
  EXPECT_EQ(codes[codes.size() - 2], graph.edges.size());
  EXPECT_EQ(codes.back(), 4);
  const std::size_t place = 12 + hash_bytes("nor_conv_3x3") % 16;
  EXPECT_GE(codes[place], 3);
}

// Two texts of one network differ in values and agree in the summary.
TEST(SearchFeatures, IsomorphicCellsShareTheSummary) {
  const auto space = make_nasbench101();
  // Two parallel operations in either order.
  const Architecture a = architecture_of(
      *space,
      R"({"matrix":[[0,1,1,0],[0,0,0,1],[0,0,0,1],[0,0,0,0]],"ops":["input","conv3x3-bn-relu","maxpool3x3","output"]})");
  const Architecture b = architecture_of(
      *space,
      R"({"matrix":[[0,1,1,0],[0,0,0,1],[0,0,0,1],[0,0,0,0]],"ops":["input","maxpool3x3","conv3x3-bn-relu","output"]})");
  ASSERT_NE(a, b);
  const SearchFeatures features(*space);
  const auto of_a = features.codes(a);
  const auto of_b = features.codes(b);
  const auto summary = static_cast<std::ptrdiff_t>(2 * features.variables());
  EXPECT_TRUE(std::equal(of_a.begin() + summary, of_a.end(), of_b.begin() + summary));
}

// An operation that leads nowhere is a value and nothing else.
TEST(SearchFeatures, WhatHasNoEffectCountsAmongTheValuesOnly) {
  const auto space = make_nasbench201();
  const SearchFeatures features(*space);
  const auto without = features.codes({1, 0, 0, 2, 0, 0});
  const auto with = features.codes({1, 0, 3, 2, 0, 0});
  EXPECT_NE(with[2], without[2]);
  EXPECT_TRUE(std::equal(with.begin() + 6, with.end(), without.begin() + 6));
}

}  // namespace
}  // namespace dinas
