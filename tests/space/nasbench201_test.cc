#include "space/nasbench201.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "support/space_test.h"

namespace dinas {
namespace {

using Labels = std::vector<std::string>;

class NasBench201 : public SpaceTest {
 protected:
  NasBench201() : SpaceTest(make_nasbench201()) {}

  [[nodiscard]] bool same_class(const Architecture& a, const Architecture& b) const {
    return space_->canonical_class(a) == space_->canonical_class(b);
  }
};

// Codes of the operations (nor_conv, avg_pool); edges in the order 01 02 12 03 13 23.
constexpr std::uint8_t kNone = 0;
constexpr std::uint8_t kSkip = 1;
constexpr std::uint8_t kNor1 = 2;
constexpr std::uint8_t kNor3 = 3;
constexpr std::uint8_t kAvg = 4;

// The best cell on CIFAR-10, number 6111 of the benchmark.
constexpr auto kBest =
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~"
    "2|";

TEST_F(NasBench201, CellByHand) {
  const Architecture best = {kNor3, kNor3, kNor3, kSkip, kNor3, kNor1};
  EXPECT_EQ(parse(kBest), best);
  EXPECT_EQ(space_->print(best), kBest);
  EXPECT_FALSE(space_->is_degenerate(best));
  // Paths 0-3, 0-1-3, 0-2-3, 0-1-2-3 with 0, 2, 2 and 3 convolutions.
  EXPECT_EQ(metric("paths", best), 4.0);
  EXPECT_EQ(metric("conv_depth", best), 3.0);
  // 0.072656 + 0.028 + 4 * 0.24304 + 0.00065, 7.7824 + 3.93216 + 4 * 35.38944 + 0.00065; the
  // tolerance is that of adding five decimal fractions.
  EXPECT_NEAR(metric("cifar10_params_m", best), 1.073466, 1e-12);
  EXPECT_NEAR(metric("cifar10_macs_m", best), 153.27297, 1e-12);
  EXPECT_NEAR(metric("effective_cifar10_params_m", best), 1.073466, 1e-12);
}

TEST_F(NasBench201, GraphIsTheFixedWiringWithTheOperations) {
  const Space::NamedGraph graph = space_->graph(parse(kBest));
  EXPECT_EQ(graph.labels, (Labels{"input", "nor_conv_3x3", "nor_conv_3x3", "nor_conv_3x3",
                                  "skip_connect", "nor_conv_3x3", "nor_conv_1x1", "output"}));
  const std::vector<std::pair<int, int>> edges = {{0, 1}, {0, 2}, {0, 4}, {1, 3}, {1, 5},
                                                  {2, 6}, {3, 6}, {4, 7}, {5, 7}, {6, 7}};
  EXPECT_EQ(graph.edges, edges);
}

TEST_F(NasBench201, SkeletonAgreesWithTheNotation) {
  const Skeleton& skeleton = space_->skeleton();
  EXPECT_EQ(skeleton.nodes, 8);
  ASSERT_EQ(skeleton.variable_count(), 6);
  EXPECT_EQ(skeleton.total_values(), 30);
  EXPECT_EQ(skeleton.offsets(), (std::vector<int>{0, 5, 10, 15, 20, 25, 30}));
  EXPECT_EQ(skeleton.fixed_label, (std::vector<int>{0, -1, -1, -1, -1, -1, -1, 1}));
  for (int v = 0; v < 6; ++v) {
    const Variable& variable = skeleton.variables[static_cast<std::size_t>(v)];
    EXPECT_EQ(variable.kind, VariableKind::kLabel);
    EXPECT_EQ(variable.node, v + 1);
    for (std::size_t k = 0; k < variable.values.size(); ++k) {
      EXPECT_EQ(skeleton.vocabulary.at(static_cast<std::size_t>(variable.labels.at(k))),
                variable.values[k]);
    }
  }
}

TEST_F(NasBench201, BadStringsAreRefusedWithTheReason) {
  EXPECT_EQ(reason(""), "expected '|' at character 1");
  EXPECT_EQ(reason("none~0"), "expected '|' at character 1");
  EXPECT_EQ(reason("|conv~0|+|none~0|none~1|+|none~0|none~1|none~2|"),
            "unknown operation 'conv' at character 2");
  EXPECT_EQ(reason("|none~1|+|none~0|none~1|+|none~0|none~1|none~2|"),
            "expected '~0|' at character 6");
  EXPECT_EQ(reason("|none~0||none~0|none~1|+|none~0|none~1|none~2|"),
            "expected '+|' at character 9");
  EXPECT_EQ(reason("|none~0|+|none~0|none~1|+|none~0|none~1|"),
            "unknown operation '' at character 41");
  EXPECT_EQ(reason(std::string(kBest) + "x"), "text behind the last operation");
  EXPECT_EQ(reason(std::string(kBest) + "+|none~0|"), "text behind the last operation");
  EXPECT_EQ(reason("|None~0|+|none~0|none~1|+|none~0|none~1|none~2|"),
            "unknown operation 'None' at character 2");
  EXPECT_NE(reason(std::string(kBest).substr(0, std::string(kBest).size() - 1)), "accepted");
}

TEST_F(NasBench201, EveryArchitectureSurvivesTheRoundTrip) {
  ASSERT_EQ(space_->enumerable(), 15625U);
  for (std::uint64_t i = 0; i < 15625; ++i) {
    const Architecture ops = nth_architecture(space_->skeleton(), i);
    ASSERT_EQ(architecture_index(space_->skeleton(), ops), i);
    ASSERT_EQ(parse(space_->print(ops)), ops);
  }
}

TEST_F(NasBench201, FirstVariableIsTheFastestDigit) {
  EXPECT_EQ(nth_architecture(space_->skeleton(), 0), (Architecture{0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(nth_architecture(space_->skeleton(), 7), (Architecture{2, 1, 0, 0, 0, 0}));
  EXPECT_EQ(nth_architecture(space_->skeleton(), 15624), (Architecture{4, 4, 4, 4, 4, 4}));
}

// First a convolution into map 2, from which nothing goes on; then one out of map 2, which nothing
// reaches.
TEST_F(NasBench201, UnreachableConvolutionsAreNotEffective) {
  const Architecture dead_end = {kNor1, kNone, kNor3, kNone, kNor1, kNone};
  EXPECT_NEAR(metric("cifar10_params_m", dead_end), 0.073306 + 2 * 0.028 + 0.24304, 1e-12);
  EXPECT_NEAR(metric("effective_cifar10_params_m", dead_end), 0.073306 + 2 * 0.028, 1e-12);
  EXPECT_NEAR(metric("effective_cifar100_macs_m", dead_end), 7.7824 + 2 * 3.93216 + 0.0065, 1e-12);
  EXPECT_NEAR(metric("effective_imagenet16_120_macs_m", dead_end),
              (7.7824 + 2 * 3.93216) / 4 + 0.0078, 1e-12);
  EXPECT_EQ(space_->effective(dead_end), (Architecture{kNor1, kNone, kNone, kNone, kNor1, kNone}));
  const Architecture no_way_in = {kNone, kNone, kNone, kAvg, kNone, kNor3};
  EXPECT_EQ(space_->effective(no_way_in), (Architecture{kNone, kNone, kNone, kAvg, kNone, kNone}));
  EXPECT_NEAR(metric("imagenet16_120_params_m", no_way_in), 0.072656 + 0.24304 + 0.0078, 1e-12);
  EXPECT_NEAR(metric("effective_imagenet16_120_params_m", no_way_in), 0.072656 + 0.0078, 1e-12);
}

TEST_F(NasBench201, DegenerateCells) {
  const Architecture no_path = {kNor3, kNor3, kNor3, kNone, kNone, kNone};
  EXPECT_TRUE(space_->is_degenerate(no_path));
  EXPECT_EQ(metric("paths", no_path), 0.0);
  EXPECT_EQ(metric("conv_depth", no_path), 0.0);
  EXPECT_NEAR(metric("effective_cifar10_params_m", no_path), 0.073306, 1e-12);
  const Architecture long_way = {kSkip, kNone, kAvg, kNone, kNone, kSkip};
  EXPECT_FALSE(space_->is_degenerate(long_way));
  EXPECT_EQ(metric("paths", long_way), 1.0);
  EXPECT_EQ(metric("conv_depth", long_way), 0.0);
}

// The longest path counts convolutions, not edges, and only what the input reaches.
TEST_F(NasBench201, ConvDepthByHand) {
  EXPECT_EQ(metric("conv_depth", {kSkip, kNone, kAvg, kNor3, kNone, kSkip}), 1.0);
  EXPECT_EQ(metric("conv_depth", {kNor1, kNone, kAvg, kNor3, kNone, kNor1}), 2.0);
  EXPECT_EQ(metric("conv_depth", {kNone, kNone, kNor3, kSkip, kNor3, kNor3}), 0.0);
  EXPECT_EQ(metric("conv_depth", {kNor3, kNone, kNor3, kSkip, kNone, kNone}), 0.0);
}

TEST_F(NasBench201, PathsByHand) {
  EXPECT_EQ(metric("paths", {kSkip, kNone, kAvg, kNor3, kNone, kSkip}), 2.0);
  EXPECT_EQ(metric("paths", {kNone, kNone, kNor3, kSkip, kNor3, kNor3}), 1.0);
  EXPECT_EQ(metric("paths", {kNor1, kNor1, kNone, kNone, kAvg, kAvg}), 2.0);
}

// The published partition does not simplify a sum with a zero term, so a pooling of map 1 and the
// same pooling of map 2, which adds "none" to the same convolution, are two classes.
TEST_F(NasBench201, ClassesAreFinerThanFunctionsWhereZeroIsAdded) {
  EXPECT_FALSE(same_class({kNor1, kNone, kNone, kNone, kAvg, kNone},
                          {kNone, kNor1, kNone, kNone, kNone, kAvg}));
}

TEST_F(NasBench201, ClassesByHand) {
  // Map 1 is the input, so it does not matter which of the two an operation takes.
  EXPECT_TRUE(same_class({kSkip, kNone, kNone, kNor1, kNor3, kNone},
                         {kSkip, kNone, kNone, kNor3, kNor1, kNone}));

  // A convolution in front of a skip, or behind it.
  EXPECT_TRUE(same_class({kNor1, kNone, kNone, kAvg, kSkip, kNone},
                         {kSkip, kNone, kNone, kAvg, kNor1, kNone}));
  // Convolution then pooling is not pooling then convolution.
  EXPECT_FALSE(same_class({kNor1, kNone, kNone, kSkip, kAvg, kNone},
                          {kAvg, kNone, kNone, kSkip, kNor1, kNone}));
  for (const std::uint8_t op : {kNone, kSkip, kNor1, kAvg}) {
    EXPECT_FALSE(same_class({kNone, kNone, kNone, kNor3, kNone, kNone},
                            {kNone, kNone, kNone, op, kNone, kNone}));
  }
}

}  // namespace
}  // namespace dinas
