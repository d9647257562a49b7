#include "network/image_network.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "network/macro.h"
#include "network/network_builder.h"
#include "space/draw.h"
#include "support/networks.h"
#include "support/reference_forward.h"

namespace dinas {
namespace {

std::vector<LayerKind> kinds_of(const ImageNetwork& network) {
  std::vector<LayerKind> kinds;
  for (const Layer& layer : network.layers) kinds.push_back(layer.kind);
  return kinds;
}

using enum LayerKind;

TEST(Pruned, LeavesOutWhatNobodyReads) {
  NetworkBuilder builder({3, 4, 4});
  const int idle = builder.convolution(0, 5, {});
  builder.batch_norm(idle);
  const int used = builder.relu(0);
  std::vector<int> origins;
  const ImageNetwork network = pruned(std::move(builder).finish(builder.linear(used, 2)), &origins);
  EXPECT_EQ(kinds_of(network), (std::vector{kInput, kRelu, kLinear}));
  EXPECT_EQ(origins, (std::vector{0, 3, 4}));
  EXPECT_EQ(network.output, 2);
  EXPECT_EQ(network.layers[2].inputs, std::vector{1});
}

// A sum of x, zero and what the layers without biases make of zero is x.
TEST(Pruned, SumsLoseTheirZeroTerms) {
  NetworkBuilder builder({3, 4, 4});
  const int x = builder.relu(0);
  const int zero = builder.zero(0);
  const int still_zero = builder.relu(builder.convolution(zero, 3, {}));
  const int pooled = builder.max_pool(zero, {.kernel = 3, .padding = 1});
  const int sum = builder.add(std::array{x, zero, still_zero, pooled});
  const ImageNetwork network = pruned(std::move(builder).finish(builder.linear(sum, 2)));
  EXPECT_EQ(kinds_of(network), (std::vector{kInput, kRelu, kLinear}));
}

TEST(Pruned, SumsKeepTheirOtherTerms) {
  NetworkBuilder builder({3, 4, 4});
  const int sum = builder.add(std::array{0, builder.zero(0), 0});
  const ImageNetwork network = pruned(std::move(builder).finish(builder.linear(sum, 2)));
  EXPECT_EQ(kinds_of(network), (std::vector{kInput, kAdd, kLinear}));
  EXPECT_EQ(network.layers[1].inputs, (std::vector{0, 0}));
}

// BatchNorm of zeros is its bias: what follows is constant, but not zero.
TEST(Pruned, BatchNormEndsTheZeros) {
  NetworkBuilder builder({3, 4, 4});
  const int zero = builder.convolution(builder.relu(builder.zero(0)), 5, {.stride = 2});
  const int sum = builder.add(std::array{builder.batch_norm(zero), builder.zero(zero)});
  const ImageNetwork network = pruned(std::move(builder).finish(builder.linear(sum, 2)));
  EXPECT_EQ(kinds_of(network), (std::vector{kInput, kZero, kBatchNorm, kLinear}));
  EXPECT_EQ(network.layers[1].shape, (Shape{5, 2, 2}));
  EXPECT_EQ(network.layers[1].inputs, std::vector{0});
}

TEST(Pruned, ConcatKeepsPlacesOfZeros) {
  NetworkBuilder builder({3, 4, 4});
  const int zero = builder.zero(0);
  const int half = builder.concat(std::array{zero, 0});
  const int none = builder.concat(std::array{zero, zero});
  const int sum = builder.add(std::array{half, none});
  const ImageNetwork network = pruned(std::move(builder).finish(builder.linear(sum, 2)));
  EXPECT_EQ(kinds_of(network), (std::vector{kInput, kZero, kConcat, kLinear}));
}

TEST(Pruned, LogitsOfNothing) {
  NetworkBuilder builder({3, 4, 4});
  const int gone = builder.global_average(builder.zero(builder.batch_norm(0)));
  const ImageNetwork network = pruned(std::move(builder).finish(builder.linear(gone, 2)));
  EXPECT_EQ(kinds_of(network), (std::vector{kInput, kZero, kLinear}));
  EXPECT_EQ(network.layers[1].shape, (Shape{3, 1, 1}));
}

TEST(Pruned, AuxiliaryHeadAndDropPathBelongToTraining) {
  NetworkBuilder builder({3, 4, 4});
  const int x = builder.drop_path(builder.relu(0));
  const int head = builder.linear(builder.relu(x), 2);
  builder.convolution(x, 2, {});
  const ImageNetwork network = std::move(builder).finish(builder.linear(x, 2), head);
  EXPECT_EQ(kinds_of(pruned(network)), (std::vector{kInput, kRelu, kLinear}));
  EXPECT_EQ(pruned(network).auxiliary, -1);
  const ImageNetwork training = pruned_for_training(network);
  EXPECT_EQ(kinds_of(training), (std::vector{kInput, kRelu, kDropPath, kRelu, kLinear, kLinear}));
  EXPECT_EQ(training.auxiliary, 4);
  EXPECT_EQ(training.output, 5);
}

// Of networks put together at random and of every space, with the same weights.
void expect_the_same_logits(const ImageNetwork& network, std::uint32_t seed) {
  const NetworkWeights weights = random_weights(network, seed);
  std::vector<int> origins;
  const ImageNetwork smaller =
      seed % 2 == 0 ? pruned_for_training(network, &origins) : pruned(network, &origins);
  ASSERT_EQ(origins.size(), smaller.layers.size());
  NetworkWeights kept;
  for (const int origin : origins) kept.push_back(weights[static_cast<std::size_t>(origin)]);
  const std::vector<float> image = random_images(network, 1, seed);
  ASSERT_EQ(ReferenceForward(network, weights).run(image),
            ReferenceForward(smaller, kept).run(image))
      << "seed " << seed;
}

TEST(Pruned, KeepsTheLogits) {
  std::size_t zeros = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const ImageNetwork network = RandomNetwork(seed).network();
    zeros += layers_of_kind(network, kZero) > 0 ? 1 : 0;
    expect_the_same_logits(network, seed);
  }
  EXPECT_GT(zeros, 100U);
}

TEST(Pruned, KeepsTheLogitsOfTheSpaces) {
  const Macro small{.channels = 5, .cells = 3, .image_size = 4};
  for (const std::string name : {"nasbench201", "nasbench101", "darts"}) {
    const auto space = find_space(name);
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
      RandomStream stream(seed, Purpose::kCheck);
      const Architecture a = random_architecture(space->skeleton(), stream);
      expect_the_same_logits(build_network(*space, a, small), seed);
    }
  }
}

TEST(SharedLayersTest, EqualPoolsAndRelusAreReadFromTheFirst) {
  NetworkBuilder b({1, 4, 4});
  const int first = b.relu(0), second = b.relu(0);
  const int pool = b.average_pool(second, {.kernel = 2, .stride = 2});
  const int other = b.average_pool(first, {.kernel = 2, .stride = 2});
  const int bigger = b.average_pool(first, {.kernel = 4, .stride = 2, .padding = 1});
  const std::array<int, 3> terms{pool, other, bigger};
  const int sum = b.add(terms);
  const ImageNetwork network = with_shared_layers(std::move(b).finish(sum));
  const auto& layers = network.layers;
  EXPECT_EQ(layers[static_cast<std::size_t>(pool)].inputs.front(), first);
  EXPECT_EQ(layers[static_cast<std::size_t>(sum)].inputs, (std::vector<int>{pool, pool, bigger}));
  const std::vector<bool> needed = needed_layers(network, false);
  EXPECT_FALSE(needed[static_cast<std::size_t>(second)]);
  EXPECT_FALSE(needed[static_cast<std::size_t>(other)]);
  EXPECT_TRUE(needed[static_cast<std::size_t>(bigger)]);
}

}  // namespace
}  // namespace dinas
