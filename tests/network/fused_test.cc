#include "network/fused.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

#include "network/network_builder.h"

namespace dinas {
namespace {

using enum LayerKind;

std::vector<LayerKind> kinds_of(const FusedNetwork& network) {
  std::vector<LayerKind> kinds;
  for (const Step& step : network.steps) kinds.push_back(step.layer.kind);
  return kinds;
}

FusedNetwork fused_with_any_weights(const ImageNetwork& network) {
  return fused(network, random_weights(network, 1));
}

// 2 x becomes 6 x, of which the mean 1 is taken; the deviation is 2, the scale 4, the bias 3:
// (6 x - 1) / 2 * 4 + 3 = 12 x + 1.
TEST(Fused, ConvolutionTakesBatchNormAndRelu) {
  NetworkBuilder builder({1, 2, 2});
  const int logits =
      builder.linear(builder.relu(builder.batch_norm(builder.convolution(0, 1, {}))), 2);
  const ImageNetwork network = std::move(builder).finish(logits);
  NetworkWeights weights = random_weights(network, 1);
  weights[1].weight = {6.0F};
  weights[2] = {{4.0F}, {3.0F}, {1.0F}, {static_cast<float>(4.0 - kBatchNormEpsilon)}};
  const FusedNetwork steps = fused(network, weights);
  ASSERT_EQ(kinds_of(steps), (std::vector{kInput, kConvolution, kLinear}));
  EXPECT_FLOAT_EQ(steps.steps[1].weight[0], 12.0F);
  EXPECT_FLOAT_EQ(steps.steps[1].bias[0], 1.0F);
  EXPECT_TRUE(steps.steps[1].relu);
  EXPECT_FALSE(steps.steps[2].relu);
  EXPECT_EQ(steps.steps[2].weight, weights[4].weight);
  EXPECT_EQ(steps.output, 2);
}

TEST(Fused, BatchNormBehindAnythingElseIsDepthwise) {
  NetworkBuilder builder({3, 2, 2});
  const int x = builder.relu(builder.convolution(0, 5, {}));
  const int logits = builder.linear(builder.relu(builder.batch_norm(x)), 2);
  const FusedNetwork steps = fused_with_any_weights(std::move(builder).finish(logits));
  ASSERT_EQ(kinds_of(steps), (std::vector{kInput, kConvolution, kConvolution, kLinear}));
  EXPECT_TRUE(steps.steps[1].relu);
  EXPECT_EQ(steps.steps[2].layer.groups, 5);
  EXPECT_EQ(steps.steps[2].weight.size(), 5U);
  EXPECT_TRUE(steps.steps[2].relu);
}

TEST(Fused, BatchNormOfConcatenatedConvolutions) {
  NetworkBuilder builder({1, 2, 2});
  const std::array parts = {builder.convolution(0, 1, {}), builder.convolution(0, 2, {})};
  const int logits = builder.linear(builder.batch_norm(builder.concat(parts)), 2);
  const ImageNetwork network = std::move(builder).finish(logits);
  NetworkWeights weights = random_weights(network, 1);
  const float one = static_cast<float>(1.0 - kBatchNormEpsilon);
  weights[1].weight = {1.0F};
  weights[2].weight = {1.0F, 1.0F};
  weights[4] = {{2.0F, 3.0F, 4.0F}, {5.0F, 6.0F, 7.0F}, {0.0F, 0.0F, 0.0F}, {one, one, one}};
  const FusedNetwork steps = fused(network, weights);
  ASSERT_EQ(kinds_of(steps), (std::vector{kInput, kConvolution, kConvolution, kConcat, kLinear}));
  EXPECT_FLOAT_EQ(steps.steps[1].weight[0], 2.0F);
  EXPECT_FLOAT_EQ(steps.steps[2].weight[1], 4.0F);
  EXPECT_FLOAT_EQ(steps.steps[2].bias[0], 6.0F);
}

// a + b + conv(a) + conv(b), the convolutions computed first: they move behind a + b.
TEST(Fused, ConvolutionsAddThemselves) {
  NetworkBuilder builder({3, 2, 2});
  const int first = builder.batch_norm(builder.convolution(0, 3, {}));
  const int pooled = builder.max_pool(0, {.kernel = 3, .padding = 1});
  const int second = builder.convolution(pooled, 3, {});
  const int sum = builder.add(std::array{0, first, second, pooled});
  const int logits = builder.linear(builder.relu(sum), 2);
  const FusedNetwork steps = fused_with_any_weights(std::move(builder).finish(logits));
  ASSERT_EQ(kinds_of(steps),
            (std::vector{kInput, kMaxPool, kAdd, kConvolution, kConvolution, kLinear}));
  EXPECT_EQ(steps.steps[2].layer.inputs, (std::vector{0, 1}));
  EXPECT_EQ(steps.steps[3].layer.inputs, std::vector{0});
  EXPECT_EQ(steps.steps[3].addend, 2);
  EXPECT_FALSE(steps.steps[3].relu);
  EXPECT_EQ(steps.steps[4].layer.inputs, std::vector{1});
  EXPECT_EQ(steps.steps[4].addend, 3);
  EXPECT_TRUE(steps.steps[4].relu) << "of the whole sum";
}

TEST(Fused, WhatIsReadElsewhereStays) {
  NetworkBuilder builder({3, 2, 2});
  const int x = builder.convolution(0, 3, {});
  const int normed = builder.batch_norm(x);
  const int positive = builder.relu(normed);
  const int sum = builder.add(std::array{normed, x, positive});
  const FusedNetwork steps =
      fused_with_any_weights(std::move(builder).finish(builder.linear(sum, 2)));
  EXPECT_EQ(kinds_of(steps),
            (std::vector{kInput, kConvolution, kConvolution, kRelu, kAdd, kLinear}));
}

TEST(Fused, ConvolutionBehindReluIsASum) {
  NetworkBuilder builder({3, 2, 2});
  const int x = builder.relu(builder.convolution(0, 3, {}));
  const int sum = builder.add(std::array{0, x});
  const FusedNetwork steps =
      fused_with_any_weights(std::move(builder).finish(builder.linear(sum, 2)));
  EXPECT_EQ(kinds_of(steps), (std::vector{kInput, kConvolution, kAdd, kLinear}));
}

TEST(Fused, EqualLayersAreComputedOnce) {
  NetworkBuilder builder({3, 4, 4});
  const std::array terms = {builder.convolution(builder.relu(0), 2, {}),
                            builder.convolution(builder.relu(0), 2, {}),
                            builder.max_pool(builder.slice(0, 2), {.kernel = 3, .padding = 1}),
                            builder.average_pool(builder.slice(0, 2), {.kernel = 3, .padding = 1})};
  const int logits = builder.linear(builder.concat(terms), 2);
  const FusedNetwork steps = fused_with_any_weights(std::move(builder).finish(logits));
  EXPECT_EQ(kinds_of(steps), (std::vector{kInput, kRelu, kConvolution, kConvolution, kSlice,
                                          kMaxPool, kAveragePool, kConcat, kLinear}));
}

}  // namespace
}  // namespace dinas
