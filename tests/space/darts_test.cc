#include "space/darts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/random.h"
#include "space/draw.h"
#include "support/space_test.h"

namespace dinas {
namespace {

using Labels = std::vector<std::string>;

// DARTS_V2, second order, in the text of its authors; node 3 of the reduction cell lists its
// inputs in descending order.
constexpr auto kV2 =
    "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), "
    "('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), "
    "('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), "
    "('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), "
    "('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=[2, 3, 4, 5])";

// Codes of the operations.
constexpr std::uint8_t kDartsNone = 0;
constexpr std::uint8_t kMax = 1;
constexpr std::uint8_t kDartsSkip = 3;
constexpr std::uint8_t kSep3 = 4;
constexpr std::uint8_t kDil3 = 6;

// Sets of inputs among nodes 0, 1, 2: {0, 1}, {0, 2}, {1, 2}; node 5 has {0, 2} second as well.
const Architecture kV2Values = {
    kSep3, kSep3, 0, kSep3, kSep3,      0, kDartsSkip, kSep3,      1, kDartsSkip, kDil3,
    kMax,  kMax,  2, kMax,  kDartsSkip, 1, kMax,       kDartsSkip, 4, kMax,       kDartsSkip};

class Darts : public SpaceTest {
 protected:
  Darts() : SpaceTest(make_darts()) {}
};

TEST_F(Darts, GenotypeByHand) {
  EXPECT_EQ(parse(kV2), kV2Values);
  EXPECT_EQ(space_->print(kV2Values),
            "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), "
            "('sep_conv_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 1), ('skip_connect', 0), "
            "('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), "
            "('max_pool_3x3', 1), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 0), "
            "('skip_connect', 2), ('max_pool_3x3', 1), ('skip_connect', 2)], "
            "reduce_concat=[2, 3, 4, 5])");
}

TEST_F(Darts, SkeletonByHand) {
  const Skeleton& s = space_->skeleton();
  EXPECT_EQ(s.nodes, 12);
  EXPECT_EQ(s.fixed_label, (std::vector<int>{0, 1, -1, -1, -1, -1, 0, 1, -1, -1, -1, -1}));
  EXPECT_EQ(s.fixed_edges, (std::vector<std::pair<int, int>>{{0, 2}, {1, 2}, {6, 8}, {7, 8}}));
  ASSERT_EQ(s.vocabulary.size(), 18U);
  EXPECT_EQ(s.vocabulary[0], "c_{k-2}");
  EXPECT_EQ(s.vocabulary[1], "c_{k-1}");
  EXPECT_EQ(s.vocabulary[2 + 4], "first sep_conv_3x3");
  EXPECT_EQ(s.vocabulary[10 + 7], "second dil_conv_5x5");
  ASSERT_EQ(s.channels.size(), 1U);
  EXPECT_EQ(s.channels[0].states, 2);
  EXPECT_EQ(s.rules, nullptr);
  EXPECT_EQ(combination_count(s), 32400ULL << 48U);  // 180^2 * 8^16
  EXPECT_EQ(space_->enumerable(), std::nullopt);
}

TEST_F(Darts, VariablesByHand) {
  const Skeleton& s = space_->skeleton();
  Labels places;  // kind and node of every variable
  for (const Variable& v : s.variables) {
    const bool inputs = v.kind == VariableKind::kInputs;
    places.push_back(fmt::format("{}{}", inputs ? "inputs" : v.labels[0] == 2 ? "a" : "b", v.node));
    EXPECT_EQ(v.channel, 0);
  }
  EXPECT_EQ(places, (Labels{"a2",       "b2",  "inputs3", "a3",       "b3",  "inputs4", "a4", "b4",
                            "inputs5",  "a5",  "b5",      "a8",       "b8",  "inputs9", "a9", "b9",
                            "inputs10", "a10", "b10",     "inputs11", "a11", "b11"}));
  EXPECT_EQ(s.variables[2].values, (Labels{"0+1", "0+2", "1+2"}));
  EXPECT_EQ(s.variables[13].sets, (std::vector<std::vector<int>>{{6, 7}, {6, 8}, {7, 8}}));
  EXPECT_EQ(s.variables[5].size(), 6);
  EXPECT_EQ(s.variables[8].values,
            (Labels{"0+1", "0+2", "0+3", "0+4", "1+2", "1+3", "1+4", "2+3", "2+4", "3+4"}));
  EXPECT_EQ(s.variables[0].values,
            (Labels{"none", "max_pool_3x3", "avg_pool_3x3", "skip_connect", "sep_conv_3x3",
                    "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5"}));
}

// Every pattern of inputs of a cell (3 * 6 * 10) with every operation in every place, and the other
// cell at random. One pattern in five is lost by the encoding this space replaces.
TEST_F(Darts, EveryPatternWithEveryLabelSurvivesTheRoundTrip) {
  const Skeleton& s = space_->skeleton();
  RandomStream stream(1, Purpose::kCheck);
  std::size_t count = 0;
  for (const std::size_t first : {0U, 11U}) {
    for (std::size_t pattern = 0; pattern < 180; ++pattern) {
      for (const std::size_t slot : {0U, 1U, 3U, 4U, 6U, 7U, 9U, 10U}) {
        for (std::uint8_t op = 0; op < 8; ++op) {
          Architecture a = random_architecture(s, stream);
          a[first + 2] = static_cast<std::uint8_t>(pattern % 3);
          a[first + 5] = static_cast<std::uint8_t>(pattern / 3 % 6);
          a[first + 8] = static_cast<std::uint8_t>(pattern / 18);
          a[first + slot] = op;
          ASSERT_EQ(parse(space_->print(a)), a);
          ++count;
        }
      }
    }
  }
  EXPECT_EQ(count, 2U * 180U * 64U);
}

// A cell without all-none nodes can be dead too.
TEST_F(Darts, DegenerateCells) {
  const Architecture none(22, 0);
  EXPECT_TRUE(space_->is_degenerate(none));
  Architecture a = kV2Values;
  EXPECT_FALSE(space_->is_degenerate(a));
  std::fill(a.begin(), a.begin() + 11, kDartsNone);
  EXPECT_TRUE(space_->is_degenerate(a)) << "normal cell";
  a = kV2Values;
  std::fill(a.begin() + 11, a.end(), kDartsNone);
  EXPECT_TRUE(space_->is_degenerate(a)) << "reduction cell";
  // Node 2 is nothing, nodes 3 to 5 add "none" of node 0 and a convolution of node 2.
  const Architecture dead = {kDartsNone, kDartsNone, 1, kDartsNone, kSep3, 1,
                             kDartsNone, kSep3,      1, kDartsNone, kSep3};
  a = kV2Values;
  std::copy(dead.begin(), dead.end(), a.begin());
  EXPECT_TRUE(space_->is_degenerate(a));
  a[9] = kDartsSkip;  // node 0 reaches node 5
  EXPECT_FALSE(space_->is_degenerate(a));
}

TEST_F(Darts, GraphOfBothCells) {
  const Space::NamedGraph graph = space_->graph(kV2Values);
  ASSERT_EQ(graph.labels.size(), 30U);
  EXPECT_EQ(Labels(graph.labels.begin(), graph.labels.begin() + 15),
            (Labels{"normal c_{k-2}", "normal c_{k-1}", "sep_conv_3x3", "sep_conv_3x3", "add",
                    "sep_conv_3x3", "sep_conv_3x3", "add", "skip_connect", "sep_conv_3x3", "add",
                    "skip_connect", "dil_conv_3x3", "add", "normal concat"}));
  EXPECT_EQ(graph.labels[15], "reduce c_{k-2}");
  EXPECT_EQ(graph.labels[29], "reduce concat");
  // Two edges into and two out of every pair of operations, one to the output per sum.
  EXPECT_EQ(graph.edges.size(), 2U * (4U * 4U + 4U));
  const std::vector<std::pair<int, int>> node5 = {{0, 11}, {4, 12}, {11, 13}, {12, 13}};
  for (const auto& edge : node5) {
    EXPECT_NE(std::find(graph.edges.begin(), graph.edges.end(), edge), graph.edges.end());
  }
  for (const auto& [from, to] : graph.edges) EXPECT_LT(from, to);
}

}  // namespace
}  // namespace dinas
