// The network layer by layer, and its counts against the exact formulas and the table.
#include "network/darts_macro.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "network/counts.h"
#include "network/macro.h"
#include "space/darts.h"
#include "space/darts_costs.h"
#include "space/draw.h"
#include "support/data.h"
#include "support/networks.h"
#include "table/sheet.h"

namespace dinas {
namespace {

using enum LayerKind;

class DartsMacro : public testing::Test {
 protected:
  [[nodiscard]] ImageNetwork network(const Macro& macro) const {
    return build_network(*space_, architecture_of(*space_, kDartsV2), macro);
  }
  std::shared_ptr<const Space> space_ = make_darts();
};

std::int64_t numbers_of_kind(const ImageNetwork& network, LayerKind kind) {
  std::int64_t sum = 0;
  for (const Layer& layer : network.layers) {
    if (layer.kind == kind) sum += layer.shape.numbers();
  }
  return sum;
}

TEST_F(DartsMacro, PublishedCounts) {
  EXPECT_EQ(count(network({})).params, 3349342);
  EXPECT_EQ(count(network({.imagenet = true})).params, 4718752);
  EXPECT_EQ(count(network({.imagenet = true})).macs, 529911552);
}

// Three cells: normal at C, reduction at 2 C, reduction at 4 C.
TEST_F(DartsMacro, Cells) {
  const ImageNetwork n = network({.channels = 4, .cells = 3});
  EXPECT_EQ(n.layers[2].shape, (Shape{12, 32, 32})) << "stem";
  EXPECT_EQ(layer_at(n, n.output - 2).kind, kConcat);
  EXPECT_EQ(layer_at(n, n.output - 2).shape, (Shape{64, 8, 8}));
  // One factorised reduction in front of the last cell; skips of the reduction cells read inner
  // nodes and are identities. Its second convolution starts one point later.
  EXPECT_EQ(layers_of_kind(n, kCrop), 1);
  // Of the normal cell 5 separable convolutions and a dilated one, of every reduction 5 poolings.
  EXPECT_EQ(layers_of_kind(n, kDropPath), 6 + 2 * 5);
  EXPECT_EQ(layers_of_kind(n, kMaxPool), 2 * 5);
  std::ptrdiff_t depthwise = 0;
  for (const Layer& layer : n.layers) depthwise += layer.groups > 1;
  EXPECT_EQ(depthwise, 5 * 2 + 1);
}

TEST_F(DartsMacro, AuxiliaryHeads) {
  const ImageNetwork cifar = network({.auxiliary = true});
  ASSERT_GT(cifar.auxiliary, 0);
  EXPECT_EQ(layer_at(cifar, cifar.auxiliary).shape, (Shape{10, 1, 1}));
  EXPECT_EQ(layer_at(cifar, cifar.auxiliary - 1).shape, (Shape{768, 1, 1}));
  EXPECT_EQ(layer_at(cifar, cifar.auxiliary - 2).kind, kBatchNorm);
  // ReLU and pooling of the 8x8 map of the second reduction: 2x2.
  EXPECT_EQ(layer_at(cifar, cifar.auxiliary - 7).shape, (Shape{576, 2, 2}));
  EXPECT_EQ(count(cifar).params, 3349342) << "it does not count";
  const ImageNetwork imagenet = network({.imagenet = true, .auxiliary = true});
  EXPECT_EQ(layer_at(imagenet, imagenet.auxiliary - 2).kind, kConvolution);
  EXPECT_EQ(layer_at(imagenet, imagenet.auxiliary - 6).shape, (Shape{768, 2, 2}));
  EXPECT_EQ(count(imagenet).macs, 529911552);
}

// Identities and "none" are spared by drop path; "none" halves like the others.
TEST_F(DartsMacro, EveryOperation) {
  const Architecture a = architecture_of(
      *space_,
      "none~0 skip_connect~1 max_pool_3x3~0 avg_pool_3x3~1 sep_conv_3x3~0 sep_conv_5x5~1 "
      "dil_conv_3x3~0 dil_conv_5x5~1 none~0 skip_connect~1 max_pool_3x3~0 avg_pool_3x3~1 "
      "sep_conv_3x3~0 sep_conv_5x5~1 dil_conv_3x3~0 dil_conv_5x5~1");
  const ImageNetwork n = build_network(*space_, a, {.channels = 2, .cells = 3});
  EXPECT_EQ(layers_of_kind(n, kZero), 3);
  EXPECT_EQ(layers_of_kind(n, kDropPath), 6 + 2 * 7);
  EXPECT_EQ(layers_of_kind(n, kCrop), 1 + 2);
  EXPECT_EQ(
      count(n).params,
      count(build_network(*space_, a, {.channels = 2, .cells = 3, .auxiliary = true})).params);
}

void expect_equal_costs(const Space& space, const Architecture& a, DartsNetwork kind) {
  const ImageNetwork n = build_network(space, a, {.imagenet = kind == DartsNetwork::kMobile});
  const DartsCosts expected = darts_costs(darts_decode(a), kind, false);
  const NetworkCounts counts = count(n);
  ASSERT_EQ(counts.params, expected.params);
  ASSERT_EQ(counts.macs, expected.macs);
  ASSERT_EQ(numbers_of_kind(n, kBatchNorm), expected.norm_outputs);
  ASSERT_EQ(numbers_of_kind(n, kAveragePool), expected.avg_pool_sums);
  ASSERT_EQ(numbers_of_kind(n, kGlobalAverage), expected.features);
}

TEST_F(DartsMacro, CountsEqualTheFormulas) {
  for (std::uint32_t i = 0; i < 200; ++i) {
    RandomStream stream(1, Purpose::kCheck, i);
    const Architecture a = random_architecture(space_->skeleton(), stream);
    expect_equal_costs(*space_, a, DartsNetwork::kCifar10);
    expect_equal_costs(*space_, a, DartsNetwork::kMobile);
  }
}

// The flops of the table are those of the profiler thop: beside the multiply-accumulates four
// operations a number that leaves a BatchNorm, one a number that leaves an average pooling, and for
// every mean of an 8x8 map 64 sums and a division. Both columns as they are printed.
TEST_F(DartsMacro, CountsEqualTheTable) {
  DINAS_NEED_DATA();
  const Sheet sheet(data_folder() + "/darts_bench_oncenas/darts_cifar10.csv.gz");
  ASSERT_EQ(sheet.rows.size(), 545U);
  const auto field = [&](const CsvRow& row, const char* column) {
    const auto found = std::ranges::find(sheet.names, column) - sheet.names.begin();
    return std::string(row.fields.at(static_cast<std::size_t>(found)));
  };
  for (const CsvRow& row : sheet.rows) {
    const Architecture a =
        architecture_of(*space_, field(row, "normal") + " " + field(row, "reduce"));
    expect_equal_costs(*space_, a, DartsNetwork::kCifar10);
    const ImageNetwork n = build_network(*space_, a, {});
    const NetworkCounts counts = count(n);
    ASSERT_EQ(counts.params, std::llround(std::stod(field(row, "params_m")) * 1e6));
    const std::int64_t operations = counts.macs + 4 * numbers_of_kind(n, kBatchNorm) +
                                    numbers_of_kind(n, kAveragePool) +
                                    65 * numbers_of_kind(n, kGlobalAverage);
    ASSERT_EQ(std::round(static_cast<double>(operations) / 10.0) / 1e5,
              std::stod(field(row, "flops_m")));
  }
}

}  // namespace
}  // namespace dinas
