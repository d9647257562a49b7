// The metrics against hand-worked differences, and published counts of DARTS_V2.
#include "space/darts_costs.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "space/darts.h"
#include "space/darts_notation.h"

namespace dinas {
namespace {

double metric(const std::string& name, const DartsGenotype& genotype) {
  const auto space = make_darts();
  const auto& metrics = space->computed_metrics();
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].name == name) return space->compute(i, darts_encode(genotype));
  }
  throw Error("no metric " + name);
}

DartsGenotype genotype(const std::string& text) {
  std::string why;
  const auto result = parse_darts(text, why);
  if (!result) throw Error(why);
  return *result;
}

// Every node reads nodes 0 and 1 through the two operations.
DartsCell uniform_cell(DartsOp first, DartsOp second) {
  DartsCell cell;
  cell.fill({{0, 1}, {first, second}});
  return cell;
}

DartsGenotype uniform(DartsOp first, DartsOp second) {
  return {uniform_cell(first, second), uniform_cell(first, second)};
}

DartsCosts costs(const DartsGenotype& g, DartsNetwork network = DartsNetwork::kCifar10,
                 bool effective = false) {
  return darts_costs(g, network, effective);
}

// The counts that the training code prints: 3.349342 million on CIFAR-10, 4.718752 million on
// ImageNet. The multiply-accumulates were counted once more by a program of its own.
TEST(DartsCosts, DartsV2) {
  const DartsGenotype v2 = genotype(
      "sep_conv_3x3~0 sep_conv_3x3~1 sep_conv_3x3~0 sep_conv_3x3~1 sep_conv_3x3~1 skip_connect~0 "
      "skip_connect~0 dil_conv_3x3~2 max_pool_3x3~0 max_pool_3x3~1 skip_connect~2 max_pool_3x3~1 "
      "max_pool_3x3~0 skip_connect~2 skip_connect~2 max_pool_3x3~1");
  EXPECT_EQ(metric("params_m", v2), 3.349342);
  EXPECT_EQ(metric("imagenet_params_m", v2), 4.718752);
  EXPECT_EQ(metric("macs_m", v2), 528.35904);
  EXPECT_EQ(metric("imagenet_macs_m", v2), 529.911552);
  for (const std::string name : {"params_m", "macs_m", "imagenet_params_m", "imagenet_macs_m"}) {
    EXPECT_EQ(metric("effective_" + name, v2), metric(name, v2)) << "nothing is none";
  }
}

// Row 000-02 of the OnceNAS table, with pooling, skip, none and every convolution.
TEST(DartsCosts, FlopsOfOnceNas) {
  const DartsGenotype row = genotype(
      "sep_conv_5x5~1 max_pool_3x3~0 sep_conv_5x5~1 dil_conv_5x5~0 dil_conv_3x3~0 sep_conv_3x3~3 "
      "max_pool_3x3~1 dil_conv_3x3~4 dil_conv_5x5~1 skip_connect~0 avg_pool_3x3~0 avg_pool_3x3~2 "
      "dil_conv_3x3~0 none~2 sep_conv_3x3~1 sep_conv_5x5~2");
  EXPECT_EQ(metric("flops_m", row), 545.20646);
  EXPECT_EQ(metric("params_m", row), 3.316942);
}

// One separable 3x3 convolution in the normal cell, which occurs six times each at 36 channels and
// 32x32, 72 and 16x16, 144 and 8x8: twice (9 C + C^2) weights, and 2 C of a BatchNorm.
TEST(DartsCosts, OneSeparableConvolution) {
  const DartsGenotype pools = uniform(DartsOp::kMaxPool3, DartsOp::kMaxPool3);
  DartsGenotype one = pools;
  one.normal[3].ops[1] = DartsOp::kSepConv3;
  EXPECT_EQ(costs(one).params - costs(pools).params, 6 * (3384 + 11952 + 44640));
  EXPECT_EQ(costs(one).macs - costs(pools).macs, 6 * (3240 * 1024 + 11664 * 256 + 44064 * 64));
  EXPECT_EQ(costs(one).norm_outputs - costs(pools).norm_outputs,
            6 * 2 * (36 * 1024 + 72 * 256 + 144 * 64));
  // ImageNet: four cells each at 48 channels and 28x28, 96 and 14x14, 192 and 7x7.
  EXPECT_EQ(costs(one, DartsNetwork::kMobile).macs - costs(pools, DartsNetwork::kMobile).macs,
            4 * 2 * ((432 + 2304) * 784 + (864 + 9216) * 196 + (1728 + 36864) * 49));
}

// Reduction cells at 72 channels to 16x16 and at 144 to 8x8.
TEST(DartsCosts, OperationsOfTheReductionCell) {
  const DartsGenotype pools = uniform(DartsOp::kMaxPool3, DartsOp::kMaxPool3);
  DartsGenotype skip = pools;
  skip.reduce[0].ops[0] = DartsOp::kSkip;
  EXPECT_EQ(costs(skip).params - costs(pools).params, 72 * 72 + 144 + 144 * 144 + 288);
  EXPECT_EQ(costs(skip).macs - costs(pools).macs, 72 * 72 * 256 + 144 * 144 * 64);
  DartsGenotype dilated = pools;
  dilated.reduce[0].ops[1] = DartsOp::kDilConv5;
  EXPECT_EQ(costs(dilated).params - costs(pools).params, 7128 + 24624);
  DartsGenotype average = pools;
  average.reduce[0].ops[1] = DartsOp::kAvgPool3;
  EXPECT_EQ(costs(average).params, costs(pools).params);
  EXPECT_EQ(costs(average).avg_pool_sums, 72 * 256 + 144 * 64);
  // From an intermediate node the stride is 1 and a skip is the identity.
  DartsGenotype inner = pools;
  inner.reduce[1].inputs = {0, 2};
  const auto before = costs(inner);
  inner.reduce[1].ops[1] = DartsOp::kSkip;
  EXPECT_EQ(costs(inner).params, before.params);
  EXPECT_EQ(costs(inner).norm_outputs, before.norm_outputs);
}

// Stem and classifier: 3 * 108 * 9 + 216 and 576 * 10 + 10 on CIFAR-10; 24 channels at 112x112, 48
// at 56x56, 48 at 28x28 and 768 * 1000 + 1000 on ImageNet.
TEST(DartsCosts, NothingLeftButStemAndClassifier) {
  const DartsGenotype none = uniform(DartsOp::kNone, DartsOp::kNone);
  const DartsCosts cifar = costs(none, DartsNetwork::kCifar10, true);
  EXPECT_EQ(cifar.params, 3132 + 5770);
  EXPECT_EQ(cifar.macs, 2916 * 1024 + 5760);
  const DartsCosts mobile = costs(none, DartsNetwork::kMobile, true);
  EXPECT_EQ(mobile.params, 648 + 48 + 10368 + 96 + 20736 + 96 + 769000);
  EXPECT_EQ(mobile.macs, 648 * 12544 + 10368 * 3136 + 20736 * 784 + 768000);
  EXPECT_EQ(mobile.features, 768);
}

// A convolution of a node that is nothing, in a cell that goes on elsewhere.
TEST(DartsCosts, IdleConvolutionIsNotEffective) {
  DartsGenotype g = uniform(DartsOp::kSkip, DartsOp::kMaxPool3);
  g.normal[0].ops = {DartsOp::kNone, DartsOp::kNone};
  g.normal[1] = {{0, 2}, {DartsOp::kSkip, DartsOp::kNone}};
  DartsGenotype idle = g;
  idle.normal[1].ops[1] = DartsOp::kSepConv3;
  EXPECT_EQ(costs(idle).params - costs(g).params, 359856);
  EXPECT_EQ(metric("effective_params_m", idle), metric("params_m", g));
  EXPECT_EQ(metric("effective_macs_m", idle), metric("macs_m", g));
  EXPECT_EQ(metric("effective_imagenet_params_m", idle), metric("imagenet_params_m", g));
  EXPECT_EQ(metric("effective_imagenet_macs_m", idle), metric("imagenet_macs_m", g));
}

// A chain through c_{k-1} never reads the 1x1 convolutions of c_{k-2}. Weights and BatchNorm:
// 108 -> 36 twice, 144 -> 36 four times; 144 -> 72 twice (into and behind the reduction), 288 -> 72
// five times; 288 -> 144 twice, 576 -> 144 five times.
TEST(DartsCosts, UnreadInputsAreNotEffective) {
  const DartsGenotype chain = uniform(DartsOp::kNone, DartsOp::kMaxPool3);
  EXPECT_EQ(costs(chain).params - costs(chain, DartsNetwork::kCifar10, true).params,
            2 * 3960 + 4 * 5256 + 2 * 10512 + 5 * 20880 + 2 * 41760 + 5 * 83232);
}

// Through c_{k-2} alone, the last cell is reached from cells 17, 15, ..., 1 and the stem. Idle are
// all 1x1 convolutions of c_{k-1}, and those of c_{k-2} in cells 0, 2, ..., 18.
TEST(DartsCosts, CellsNobodyReadsAreNotEffective) {
  const DartsGenotype odd = uniform(DartsOp::kMaxPool3, DartsOp::kNone);
  const std::int64_t newer = 3960 + 5 * 5256 + 10512 + 6 * 20880 + 41760 + 6 * 83232;
  const std::int64_t older = 3960 + 2 * 5256 + 10512 + 3 * 20880 + 41760 + 2 * 83232;
  EXPECT_EQ(costs(odd).params - costs(odd, DartsNetwork::kCifar10, true).params, newer + older);
}

}  // namespace
}  // namespace dinas
