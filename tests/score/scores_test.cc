#include "score/scores.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "nettrain/trainable_network.h"
#include "network/network_builder.h"

namespace dinas {
namespace {

// Images of two numbers straight into three logits.
ImageNetwork linear_network() {
  NetworkBuilder b({1, 1, 2});
  const int output = b.linear(0, 3);
  return std::move(b).finish(output);
}

// The gradient of the sum of an image's logits is the image, once for every logit: the kernel is
// 3 * [[1, 1], [1, 5]], with eigenvalues 3 * (3 +- sqrt(5)).
TEST(ScoresTest, TangentKernelOfALinearNetwork) {
  const ImageBatch batch{{1, 1, 2}, 2, {1, 0, 1, 2}};
  const double root = std::sqrt(5.);
  EXPECT_NEAR(ntk_condition(linear_network(), batch, 1), (3 + root) / (3 - root), 1e-5);
}

TEST(ScoresTest, EqualImagesMakeTheKernelSingular) {
  const ImageBatch batch{{1, 1, 2}, 2, {1, 2, 1, 2}};
  EXPECT_EQ(ntk_condition(linear_network(), batch, 1), kWorstCondition);
}

// A ReLU on the image itself: the signs of the inputs.
ImageNetwork sign_network() {
  NetworkBuilder b({1, 1, 2});
  const int output = b.linear(b.relu(0), 2);
  return std::move(b).finish(output);
}

TEST(ScoresTest, RegionsAreDistinctPatterns) {
  const ImageBatch batch{{1, 1, 2}, 5, {1, 1, 2, 3, -1, 1, -1, -1, -2, 5}};
  EXPECT_EQ(linear_regions(sign_network(), batch, 1), 3);
}

// Patterns 11, 01 and 00 of two ReLUs: the kernel is [[2, 1, 0], [1, 2, 1], [0, 1, 2]], of
// determinant 4.
TEST(ScoresTest, NaswotByHand) {
  const ImageBatch batch{{1, 1, 2}, 3, {1, 1, -1, 1, -1, -1}};
  EXPECT_NEAR(naswot(sign_network(), batch, 1), std::log(4.), 1e-9);
  const ImageBatch same{{1, 1, 2}, 2, {1, 1, 2, 2}};
  EXPECT_EQ(naswot(sign_network(), same, 1), -INFINITY);
}

TEST(ScoresTest, SynflowOfALinearNetworkIsTheSumOfItsWeights) {
  const nettrain::TrainableNetwork network(linear_network(), 1, 4, nettrain::Initialiser::kKaiming);
  double sum = 0;
  const NetworkWeights weights = network.weights();
  for (const float weight : weights[1].weight) sum += std::abs(weight);
  EXPECT_NEAR(synflow(linear_network(), 4), std::log(sum), 1e-6);
}

TEST(ScoresTest, SynflowPassesOverBatchNorm) {
  NetworkBuilder b({1, 1, 2});
  const int output = b.linear(b.batch_norm(0), 3);
  const ImageNetwork with_norm = std::move(b).finish(output);
  EXPECT_TRUE(std::isfinite(synflow(with_norm, 4)));
}

// With gradients g and h of a weight in the two parts the ratio is (|g| + |h|) / |g - h|, because
// the deviation of two values is half their distance. That is at least 1 for each of six weights.
TEST(ScoresTest, ZicoOfTwoImages) {
  const ImageBatch batch{{1, 1, 2}, 2, {1, 2, 3, 2}, {0, 2}};
  const double score = zico(linear_network(), batch, 4);
  EXPECT_GE(score, std::log(6.) - 1e-9);
  EXPECT_TRUE(std::isfinite(score));
  EXPECT_EQ(score, zico(linear_network(), batch, 4));
}

TEST(ScoresTest, BatchesOfAnotherShapeAreRefused) {
  const ImageBatch batch{{1, 2, 2}, 2, std::vector<float>(8)};
  EXPECT_THROW(ntk_condition(linear_network(), batch, 1), UsageError);
  EXPECT_THROW(linear_regions(linear_network(), batch, 1), UsageError);
  EXPECT_THROW(naswot(linear_network(), batch, 1), UsageError);
  EXPECT_THROW(zico(linear_network(), batch, 1), UsageError);
}

Dataset two_classes() {
  return {2, 2, 2, 2, {0, 0, 0, 0, 9, 9, 9, 9, 4, 4, 4, 4, 3, 3, 3, 3}, {0, 1}};
}

TEST(InputsTest, ImagesAreStandardised) {
  const ImageBatch batch = draw_images(two_classes(), 2, 2, 1);
  EXPECT_EQ(batch.shape, (Shape{2, 2, 2}));
  EXPECT_EQ(batch.count, 2U);
  // Channels have values 0 and 4, and 9 and 3: all are -1 or 1 from their mean.
  double sum = 0;
  for (const float value : batch.values) {
    sum += value;
    EXPECT_NEAR(std::abs(value), 1, 1e-6);
  }
  EXPECT_NEAR(sum, 0, 1e-5);
}

TEST(InputsTest, ClassesAreDrawnEquallyOften) {
  Dataset images = two_classes();
  images.images.insert(images.images.end(), 16, 7);
  images.labels.insert(images.labels.end(), {0, 0});
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    std::vector<std::uint16_t> labels = draw_images(images, 2, 2, seed).labels;
    std::ranges::sort(labels);
    EXPECT_EQ(labels, (std::vector<std::uint16_t>{0, 1}));
  }
}

TEST(InputsTest, CropsHaveOneChannel) {
  const ImageBatch crops = draw_crops(two_classes(), 1, 100, 1);
  EXPECT_EQ(crops.shape, (Shape{1, 1, 1}));
  EXPECT_EQ(crops.values.size(), 100U);
  // Channels have values 0 and 4, and 9 and 3: all are -1 or 1 from their mean.
  for (const float value : crops.values) EXPECT_NEAR(std::abs(value), 1, 1e-6);
  EXPECT_THROW(draw_crops(two_classes(), 3, 1, 1), UsageError);
}

}  // namespace
}  // namespace dinas
