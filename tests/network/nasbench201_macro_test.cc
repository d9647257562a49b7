// The network layer by layer, and its counts against the closed forms and the table.
#include "network/nasbench201_macro.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "graph/dag.h"
#include "network/counts.h"
#include "network/macro.h"
#include "space/nasbench201.h"
#include "support/data.h"
#include "support/networks.h"
#include "support/spaces.h"
#include "table/table.h"

namespace dinas {
namespace {

using enum LayerKind;

class NasBench201Macro : public testing::Test {
 protected:
  [[nodiscard]] ImageNetwork network(const std::string& text, const Macro& macro = {}) const {
    return build_network(*space_, architecture_of(*space_, text), macro);
  }
  std::shared_ptr<const Space> space_ = make_nasbench201();
};

TEST_F(NasBench201Macro, OneOperationOfEveryKind) {
  const ImageNetwork n = network(
      "|nor_conv_3x3~0|+|skip_connect~0|avg_pool_3x3~1|+|none~0|nor_conv_1x1~1|skip_connect~2|",
      {.cells = 1});
  // Stem; three cells with two convolutions; two reductions with three.
  EXPECT_EQ(layers_of_kind(n, kConvolution), 1 + 3 * 2 + 2 * 3);
  // One behind every convolution but those of the shortcuts, and the last.
  EXPECT_EQ(layers_of_kind(n, kBatchNorm), 1 + 3 * 2 + 2 * 2 + 1);
  EXPECT_EQ(layers_of_kind(n, kRelu), 3 * 2 + 2 * 2 + 1);
  EXPECT_EQ(layers_of_kind(n, kAveragePool), 3 + 2);
  EXPECT_EQ(layers_of_kind(n, kZero), 3);
  EXPECT_EQ(layers_of_kind(n, kAdd), 3 * 2 + 2);
  EXPECT_EQ(n.classes(), 10);
  // The first cell: map 1 = conv(stem), map 2 = stem + pool(map 1), map 3 = 0 + conv(map 1) +
  // map 2.
  const std::vector<LayerKind> first = {kInput,       kConvolution, kBatchNorm, kRelu, kConvolution,
                                        kBatchNorm,   kAveragePool, kAdd,       kZero, kRelu,
                                        kConvolution, kBatchNorm,   kAdd};
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(n.layers[i].kind, first[i]) << i;
  EXPECT_EQ(n.layers[7].inputs, (std::vector{2, 6}));
  EXPECT_EQ(n.layers[12].inputs, (std::vector{8, 11, 7}));
  EXPECT_EQ(n.layers[4].kernel, 3);
  EXPECT_EQ(n.layers[10].kernel, 1);
}

TEST_F(NasBench201Macro, StagesHalveAndDouble) {
  const ImageNetwork n = network(
      "|skip_connect~0|+|none~0|skip_connect~1|+|none~0|none~1|skip_connect~2|", {.cells = 1});
  EXPECT_EQ(layer_at(n, n.output - 1).shape, (Shape{64, 1, 1}));
  EXPECT_EQ(layer_at(n, n.output - 2).shape, (Shape{64, 8, 8}));
  EXPECT_EQ(network("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|", {.image_size = 14})
                .layers.back()
                .shape,
            (Shape{10, 1, 1}));
}

// Image size and classes change the ends of a network and the size of its maps, so every seventh
// cell says enough of them once every cell has been counted.
struct Set {
  std::string name;
  int image_size;
  int classes;
  std::size_t step;
};
const std::vector<Set> kSets = {
    {"cifar10", 32, 10, 1}, {"cifar100", 32, 100, 7}, {"imagenet16_120", 16, 120, 7}};

// The benchmark counts the bias of the classifier as one operation a class.
TEST_F(NasBench201Macro, CountsEqualTheClosedForms) {
  for (const Set& set : kSets) {
    const auto params = computed_metric(*space_, set.name + "_params_m").value();
    const auto macs = computed_metric(*space_, set.name + "_macs_m").value();
    for (std::uint64_t i = 0; i < 15625; i += set.step) {
      const Architecture cell = nth_architecture(space_->skeleton(), i);
      const NetworkCounts counts = count(
          build_network(*space_, cell, {.image_size = set.image_size, .classes = set.classes}));
      ASSERT_EQ(counts.params, std::llround(space_->compute(params, cell) * 1e6));
      ASSERT_EQ(counts.macs + set.classes, std::llround(space_->compute(macs, cell) * 1e6));
    }
  }
}

// Both columns have six decimals and at most seven digits: params in full, MACs rounded.
TEST_F(NasBench201Macro, CountsEqualTheTable) {
  DINAS_NEED_DATA();
  const Table table = load_tables({data_folder() + "/nasbench201/nasbench201.csv.gz"}, space_);
  ASSERT_EQ(table.rows(), 15625U);
  for (const Set& set : kSets) {
    const Column* params = table.find_column(set.name + "_params_m");
    const Column* macs = table.find_column(set.name + "_macs_m");
    ASSERT_TRUE(params != nullptr && macs != nullptr);
    for (std::size_t row = 0; row < table.rows(); row += set.step) {
      const NetworkCounts counts =
          count(build_network(*space_, table.architecture(row),
                              {.image_size = set.image_size, .classes = set.classes}));
      ASSERT_EQ(counts.params, std::llround(params->values[row] * 1e6));
      const double digit = std::pow(10.0, std::floor(std::log10(macs->values[row])));
      ASSERT_NEAR(static_cast<double>(counts.macs + set.classes), macs->values[row] * 1e6,
                  0.5 * digit + 1e-6);
    }
  }
}

// Does a convolution that matters read a map that no image reaches? It then leaves its BatchNorm's
// bias behind, which the effective counts of the space do not count.
bool has_constant_convolution(std::span<const std::uint8_t> ops) {
  Dag dag{kNasBench201Maps, {}};
  for (std::size_t e = 0; e < ops.size(); ++e) {
    if (ops[e] != kOpNone) {
      dag.edges.emplace_back(kNasBench201Edges[e].from, kNasBench201Edges[e].to);
    }
  }
  const auto reached = reachable_from(dag, 0);
  const auto used = reaching(dag, 3);
  for (std::size_t e = 0; e < ops.size(); ++e) {
    const bool convolution = ops[e] == kOpConv1x1 || ops[e] == kOpConv3x3;
    if (convolution && !reached[static_cast<std::size_t>(kNasBench201Edges[e].from)] &&
        used[static_cast<std::size_t>(kNasBench201Edges[e].to)]) {
      return true;
    }
  }
  return false;
}

TEST_F(NasBench201Macro, PrunedCountsAreTheEffectiveOnes) {
  const auto params = computed_metric(*space_, "effective_cifar10_params_m").value();
  const auto macs = computed_metric(*space_, "effective_cifar10_macs_m").value();
  std::size_t compared = 0;
  for (std::uint64_t i = 0; i < 15625; ++i) {
    const Architecture cell = nth_architecture(space_->skeleton(), i);
    if (space_->is_degenerate(cell) || has_constant_convolution(cell)) continue;
    ++compared;
    const NetworkCounts counts = count(pruned(build_network(*space_, cell, {})));
    ASSERT_EQ(counts.params, std::llround(space_->compute(params, cell) * 1e6));
    ASSERT_EQ(counts.macs + 10, std::llround(space_->compute(macs, cell) * 1e6));
  }
  EXPECT_GT(compared, 12000U);
}

}  // namespace
}  // namespace dinas
