#include "baseline/features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/hash.h"
#include "space/file_space.h"
#include "space/nasbench101.h"
#include "space/nasbench201.h"

namespace dinas {
namespace {

// The graph of a cell has its input, its six operations and its output; the longest way goes
// through three of them.
TEST(SearchFeatures, ValuesThenEffectiveOnesThenTheGraph) {
  const auto space = make_nasbench201();
  const SearchFeatures features(*space, SummaryCodes::kNumbers);
  const Architecture cell{3, 3, 3, 1, 1, 4};
  const auto codes = features.codes(cell);
  ASSERT_EQ(codes.size(), features.size());
  EXPECT_EQ(features.variables(), 6U);
  EXPECT_TRUE(std::equal(cell.begin(), cell.end(), codes.begin()));
  EXPECT_TRUE(std::equal(cell.begin(), cell.end(), codes.begin() + 6));  // all of it has an effect
  const auto graph = space->graph(cell);
  const std::vector<unsigned> numbers(codes.begin() + 12, codes.end());
  // All nodes are counted somewhere; then edges and the longest path in edges.
  const auto rest = numbers.begin() + SearchFeatures::kLabels;
  EXPECT_EQ(std::accumulate(numbers.begin(), rest, 0U), graph.labels.size());
  EXPECT_EQ(std::vector(rest, numbers.end()), (std::vector<unsigned>{10, 4}));
  EXPECT_EQ(graph.edges.size(), 10U);
  EXPECT_GE(numbers[hash_bytes("nor_conv_3x3") % SearchFeatures::kLabels], 3U);
}

// Unary codes differ in as many places as the numbers do in steps, as far as they reach.
TEST(SearchFeatures, NumbersThatAreNearHaveCodesThatAreNear) {
  const auto space = parse_space_file(R"(
name = "line"
summary = "a chain of fourteen blocks of two kinds"
output = "output"
[labels]
block = ["a", "b"]
[[node]]
name = "input"
[[node]]
name = "block"
labels = "block"
repeat = 14
chain = true
[[node]]
name = "output"
chain = true
)",
                                      "line");
  const SearchFeatures features(*space, SummaryCodes::kUnary);
  // Number of blocks "b" in a chain of fourteen.
  const auto codes = [&](std::size_t number) {
    Architecture a(14, 0);
    std::fill_n(a.begin(), number, std::uint8_t{1});
    return features.codes(a);
  };
  const auto differing = [&](std::size_t one, std::size_t other) {
    const auto a = codes(one), b = codes(other);
    int count = 0;
    for (std::size_t i = 2 * features.variables(); i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
    return count;
  };
  // Both counts move: as many "a" less as "b" more.
  EXPECT_EQ(differing(6, 6), 0);
  EXPECT_EQ(differing(6, 7), 2);
  EXPECT_EQ(differing(6, 9), 6);
  EXPECT_EQ(differing(12, 13), 1);
  EXPECT_EQ(differing(10, 14), 4);
}

// Two texts of one network differ in values and agree in the summary.
TEST(SearchFeatures, IsomorphicCellsShareTheSummary) {
  const auto space = make_nasbench101();
  std::string why;
  const auto parse = [&](const char* text) {
    const auto cell = space->parse(text, why);
    EXPECT_TRUE(cell.has_value()) << why;
    return *cell;
  };
  // Two parallel operations in either order.
  const Architecture a = parse(
      R"({"matrix":[[0,1,1,0],[0,0,0,1],[0,0,0,1],[0,0,0,0]],"ops":["input","conv3x3-bn-relu","maxpool3x3","output"]})");
  const Architecture b = parse(
      R"({"matrix":[[0,1,1,0],[0,0,0,1],[0,0,0,1],[0,0,0,0]],"ops":["input","maxpool3x3","conv3x3-bn-relu","output"]})");
  ASSERT_NE(a, b);
  const SearchFeatures features(*space, SummaryCodes::kNumbers);
  const auto of_a = features.codes(a);
  const auto of_b = features.codes(b);
  const auto summary = static_cast<std::ptrdiff_t>(2 * features.variables());
  EXPECT_TRUE(std::equal(of_a.begin() + summary, of_a.end(), of_b.begin() + summary));
}

// An operation that leads nowhere is a value and nothing else.
TEST(SearchFeatures, WhatHasNoEffectCountsAmongTheValuesOnly) {
  const auto space = make_nasbench201();
  const SearchFeatures features(*space, SummaryCodes::kNumbers);
  const auto without = features.codes({1, 0, 0, 2, 0, 0});
  const auto with = features.codes({1, 0, 3, 2, 0, 0});
  EXPECT_NE(with[2], without[2]);
  EXPECT_TRUE(std::equal(with.begin() + 6, with.end(), without.begin() + 6));
}

}  // namespace
}  // namespace dinas
