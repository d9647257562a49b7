#include "model/edge_layout.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "model/parameters.h"
#include "support/ruled_skeletons.h"
#include "support/toy_space.h"

namespace dinas {
namespace {

using Pairs = std::vector<std::pair<int, int>>;

std::vector<int> touched(const EdgeLayout& layout, std::size_t variable) {
  const auto pairs = layout.touched(variable);
  return {pairs.begin(), pairs.end()};
}

// Variables: label of node 1; edge 0 -> 2; one of the nodes 0 and 1 as the input of node 2.
TEST(EdgeLayout, OneVariableOfEachKind) {
  const EdgeLayout layout(mixed_skeleton());
  EXPECT_FALSE(layout.empty());
  EXPECT_EQ(layout.pairs(), (Pairs{{0, 2}, {1, 2}}));
  EXPECT_EQ(layout.rows(), 6);     // absent, present and masked of two channels
  EXPECT_EQ(layout.columns(), 4);  // without masks
  EXPECT_EQ(layout.input_values(), 2);
  EXPECT_EQ(touched(layout, 0), std::vector<int>{});
  EXPECT_EQ(touched(layout, 1), std::vector<int>{0});
  EXPECT_EQ(touched(layout, 2), (std::vector<int>{0, 1}));
  for (int value = 0; value <= 2; ++value) EXPECT_EQ(layout.state(1, 0, value), value);
  EXPECT_EQ(layout.state(2, 0, 0), 1);  // value 0 reads node 0 and not node 1
  EXPECT_EQ(layout.state(2, 1, 0), 0);
  EXPECT_EQ(layout.state(2, 0, 1), 0);
  EXPECT_EQ(layout.state(2, 1, 1), 1);
  EXPECT_EQ(layout.state(2, 0, 2), 2);  // masked
  EXPECT_EQ(layout.state(2, 1, 2), 2);
  EXPECT_EQ(layout.row(1, 2), 2);
  EXPECT_EQ(layout.row(2, 0), 3);
  EXPECT_EQ(layout.column(1, 1), 1);
  EXPECT_EQ(layout.column(2, 1), 3);
  EXPECT_EQ(layout.first_value(2), 0);
}

TEST(EdgeLayout, IsEmptyWithoutVariableEdges) {
  for (const Skeleton& s : {find_space("nasbench201")->skeleton(), chain_skeleton({2, 3})}) {
    const EdgeLayout layout(s);
    EXPECT_TRUE(layout.empty());
    EXPECT_EQ(layout.rows(), 0);
    EXPECT_EQ(layout.columns(), 0);
    EXPECT_EQ(layout.input_values(), 0);
  }
}

// 21 pairs of seven nodes, an edge variable on each.
TEST(EdgeLayout, NasBench101) {
  const auto space = find_space("nasbench101");
  const EdgeLayout layout(space->skeleton());
  EXPECT_EQ(layout.pairs().size(), 21U);
  EXPECT_EQ(layout.rows(), 3);
  EXPECT_EQ(layout.columns(), 2);
  EXPECT_EQ(layout.input_values(), 0);
  for (std::size_t v = 0; v < space->skeleton().variables.size(); ++v) {
    const bool edge = space->skeleton().variables[v].kind == VariableKind::kEdge;
    EXPECT_EQ(touched(layout, v).size(), edge ? 1U : 0U);
  }
}

// Two cells; their nodes choose two of 3, 4 and 5 earlier ones: 3, 6 and 10 sets. The first node's
// inputs are fixed.
TEST(EdgeLayout, Darts) {
  const auto space = find_space("darts");
  const EdgeLayout layout(space->skeleton());
  EXPECT_EQ(layout.pairs().size(), 2U * (3 + 4 + 5));
  EXPECT_EQ(layout.rows(), 3);
  EXPECT_EQ(layout.columns(), 2);
  EXPECT_EQ(layout.input_values(), 2 * (3 + 6 + 10));
  std::map<std::size_t, int> sizes;  // inputs variables by what they touch
  for (std::size_t v = 0; v < space->skeleton().variables.size(); ++v) {
    ++sizes[touched(layout, v).size()];
  }
  EXPECT_EQ(sizes, (std::map<std::size_t, int>{{0, 16}, {3, 2}, {4, 2}, {5, 2}}));
}

// Nine operations, the first reads one of four nodes, the last of twelve; three operands each, and
// three hidden states that are operations. Every choice may be none.
TEST(EdgeLayout, NasBenchNlp) {
  const EdgeLayout layout(find_space("nasbench_nlp")->skeleton());
  const int sources = 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12;
  EXPECT_EQ(layout.pairs().size(), static_cast<std::size_t>(sources + 9));
  EXPECT_EQ(layout.rows(), 6 * 3);
  EXPECT_EQ(layout.columns(), 6 * 2);
  EXPECT_EQ(layout.input_values(), 3 * (sources + 9) + 3 * (9 + 1));
}

using Shapes = std::map<std::string, std::vector<std::int64_t>>;

constexpr DenoiserConfig kConfig{.width = 8,
                                 .layers = 1,
                                 .heads = 2,
                                 .feed_forward = 16,
                                 .edge_width = 4,
                                 .fourier = 3,
                                 .condition = 6,
                                 .time_input = false};

Shapes shapes(const Skeleton& skeleton) {
  Shapes result;
  for (const ParameterInfo& info : fast_parameters(kConfig, skeleton, 2)) {
    EXPECT_TRUE(result.emplace(info.name, info.shape).second) << info.name << " twice";
  }
  return result;
}

TEST(FastParameters, OfASkeletonWithVariableEdges) {
  EXPECT_EQ(shapes(mixed_skeleton()), (Shapes{
                                          {"embed.label", {6, 8}},
                                          {"embed.position", {3, 8}},
                                          {"embed.edge", {6, 4}},
                                          {"condition.in.weight", {14, 6}},
                                          {"condition.in.bias", {6}},
                                          {"condition.mix.weight", {6, 6}},
                                          {"condition.mix.bias", {6}},
                                          {"layer.0.modulation.weight", {6, 48}},
                                          {"layer.0.modulation.bias", {48}},
                                          {"layer.0.attention.pair_bias", {2, 6}},
                                          {"layer.0.attention.qkv.weight", {8, 24}},
                                          {"layer.0.attention.qkv.bias", {24}},
                                          {"layer.0.attention.out.weight", {8, 8}},
                                          {"layer.0.attention.out.bias", {8}},
                                          {"layer.0.feed_forward.in.weight", {8, 16}},
                                          {"layer.0.feed_forward.in.bias", {16}},
                                          {"layer.0.feed_forward.out.weight", {16, 8}},
                                          {"layer.0.feed_forward.out.bias", {8}},
                                          {"layer.0.edge.attention.weight", {4, 4}},
                                          {"layer.0.edge.in.weight", {4, 4}},
                                          {"layer.0.edge.from.weight", {8, 4}},
                                          {"layer.0.edge.to.weight", {8, 4}},
                                          {"layer.0.edge.in.bias", {4}},
                                          {"layer.0.edge.out.weight", {4, 4}},
                                          {"layer.0.edge.out.bias", {4}},
                                          {"readout.modulation.weight", {6, 16}},
                                          {"readout.modulation.bias", {16}},
                                          {"readout.label.weight", {8, 5}},
                                          {"readout.value.bias", {7}},
                                          {"readout.edge.in.weight", {4, 4}},
                                          {"readout.edge.from.weight", {8, 4}},
                                          {"readout.edge.to.weight", {8, 4}},
                                          {"readout.edge.in.bias", {4}},
                                          {"readout.edge.out.weight", {4, 4}},
                                          {"readout.edge.out.bias", {4}},
                                          {"readout.inputs.weight", {8, 2}},
                                      }));
}

TEST(FastParameters, OnlyTheKindsThatThereAre) {
  const auto count = [](const Shapes& list, const std::string& part) {
    int found = 0;
    for (const auto& [name, shape] : list) found += name.find(part) != std::string::npos ? 1 : 0;
    return found;
  };
  const Shapes labels = shapes(chain_skeleton({2, 3}));
  EXPECT_EQ(count(labels, "edge"), 0);
  EXPECT_EQ(count(labels, "inputs"), 0);
  const Shapes edges = shapes(find_space("nasbench101")->skeleton());
  EXPECT_EQ(count(edges, "edge"), 1 + 7 + 6);
  EXPECT_EQ(count(edges, "inputs"), 0);
}

}  // namespace
}  // namespace dinas
