#include "network/weights_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/safetensors.h"
#include "model/sealed_file.h"
#include "network/macro.h"
#include "network/network_builder.h"
#include "space/draw.h"
#include "support/networks.h"
#include "support/temp.h"

namespace dinas {
namespace {

using Sizes = std::vector<std::int64_t>;

// Name of every layer with weights.
std::vector<std::string> names_of(const ImageNetwork& network) {
  std::vector<std::string> names;
  for (const Layer& layer : network.layers) {
    const bool has_weights = layer.kind == LayerKind::kConvolution ||
                             layer.kind == LayerKind::kBatchNorm ||
                             layer.kind == LayerKind::kLinear;
    if (has_weights) names.push_back(layer.name);
  }
  return names;
}

TEST(WeightsFile, TensorsAsTorchHasThem) {
  NetworkBuilder b({4, 2, 2});
  const int deep = b.named(b.convolution(0, 4, {.kernel = 3, .padding = 1}, 4), "deep");
  const int x = b.conv_norm(b.relu(deep), 3, {}, "stem", 1);
  const int logits = b.named(b.linear(x, 5), "classifier");
  const ImageNetwork network = std::move(b).finish(logits);
  const NetworkWeights weights = random_weights(network, 1);
  const TempFolder folder;
  save_network(folder.file("a"), network, weights, {{"settings", "{}"}});
  const SafetensorsFile file = read_sealed(folder.file("a"), "dinas-network");
  EXPECT_EQ(metadata_text(file, "settings"), "{}");
  ASSERT_EQ(file.tensors.size(), 8U);
  const auto expect = [&](const std::string& name, const Sizes& shape,
                          const std::vector<float>& values) {
    EXPECT_EQ(file.tensors.at(name).shape, shape) << name;
    EXPECT_EQ(float_values(file.tensors.at(name), name), values) << name;
  };
  const auto& norm = weights.at(static_cast<std::size_t>(x));
  expect("deep.weight", {4, 1, 3, 3}, weights.at(static_cast<std::size_t>(deep)).weight);
  expect("stem.1.weight", {3, 4, 1, 1}, weights.at(static_cast<std::size_t>(x) - 1).weight);
  expect("stem.2.weight", {3}, norm.weight);
  expect("stem.2.bias", {3}, norm.bias);
  expect("stem.2.running_mean", {3}, norm.mean);
  expect("stem.2.running_var", {3}, norm.variance);
  const auto& linear = weights.at(static_cast<std::size_t>(logits));
  expect("classifier.weight", {5, 12}, linear.weight);
  expect("classifier.bias", {5}, linear.bias);
}

TEST(WeightsFile, AnotherNetworksWeightsAreRefused) {
  NetworkBuilder b({1, 2, 2});
  const int logits = b.named(b.linear(0, 2), "classifier");
  const ImageNetwork network = std::move(b).finish(logits);
  const TempFolder folder;
  EXPECT_THROW(save_network(folder.file("a"), network, NetworkWeights(1), {}), Error);
}

TEST(LayerNames, OfDarts) {
  const auto space = find_space("darts");
  const auto names =
      names_of(build_network(*space, architecture_of(*space, kDartsV2),
                             {.channels = 1, .cells = 3, .image_size = 32, .auxiliary = true}));
  const std::set<std::string> set(names.begin(), names.end());
  // Cells 1 and 2 are reductions. The last node of a normal cell adds a skip and a dilated
  // convolution.
  for (const char* name : {"stem.0",
                           "stem.1",
                           "cells.0.preprocess0.op.1",
                           "cells.0.preprocess1.op.2",
                           "cells.0._ops.0.op.1",
                           "cells.0._ops.0.op.2",
                           "cells.0._ops.0.op.3",
                           "cells.0._ops.0.op.5",
                           "cells.0._ops.0.op.6",
                           "cells.0._ops.0.op.7",
                           "cells.0._ops.7.op.3",
                           "cells.2.preprocess0.conv_1",
                           "cells.2.preprocess0.conv_2",
                           "cells.2.preprocess0.bn",
                           "auxiliary_head.features.2",
                           "auxiliary_head.features.3",
                           "auxiliary_head.features.5",
                           "auxiliary_head.features.6",
                           "auxiliary_head.classifier",
                           "classifier"}) {
    EXPECT_TRUE(set.contains(name)) << name;
  }
  EXPECT_FALSE(set.contains("cells.0._ops.7.op.5"));  // dilated convolutions are not repeated
  EXPECT_FALSE(set.contains("cells.1._ops.0.op.1"));  // a max pool
}

TEST(LayerNames, OfDartsOnImageNet) {
  const auto space = find_space("darts");
  const auto names = names_of(build_network(
      *space, architecture_of(*space, kDartsV2),
      {.channels = 2, .cells = 3, .image_size = 224, .imagenet = true, .auxiliary = true}));
  const std::vector<std::string> stem = {"stem0.0", "stem0.1", "stem0.3",
                                         "stem0.4", "stem1.1", "stem1.2"};
  EXPECT_TRUE(std::equal(stem.begin(), stem.end(), names.begin()));
  EXPECT_EQ(std::ranges::count(names, "auxiliary_head.features.6"), 0);
}

TEST(LayerNames, OfNasBench201) {
  const auto space = find_space("nasbench201");
  const auto names =
      names_of(build_network(*space,
                             architecture_of(*space,
                                             "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|"
                                             "none~0|none~1|nor_conv_1x1~2|"),
                             {.cells = 1}));
  const std::vector<std::string> expected = {
      "stem.0", "stem.1", "cells.0.layers.0.op.1", "cells.0.layers.0.op.2", "cells.0.layers.5.op.1",
      "cells.0.layers.5.op.2",
      // the reduction
      "cells.1.conv_a.op.1", "cells.1.conv_a.op.2", "cells.1.conv_b.op.1", "cells.1.conv_b.op.2",
      "cells.1.downsample.1", "cells.2.layers.0.op.1"};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), names.begin()));
  EXPECT_EQ(names[names.size() - 2], "lastact.0");
  EXPECT_EQ(names.back(), "classifier");
}

TEST(LayerNames, EveryLayerWithWeightsHasItsOwn) {
  for (const std::string space_name : {"nasbench201", "nasbench101", "darts"}) {
    const auto space = find_space(space_name);
    for (std::uint32_t item = 0; item < 20; ++item) {
      RandomStream stream(1, Purpose::kCheck, item);
      const auto names =
          names_of(build_network(*space, random_architecture(space->skeleton(), stream),
                                 {.channels = 8, .cells = 3, .image_size = 32}));
      const std::set<std::string> set(names.begin(), names.end());
      EXPECT_EQ(set.size(), names.size()) << space_name;
      EXPECT_FALSE(set.contains("")) << space_name;
    }
  }
}

}  // namespace
}  // namespace dinas
