#include "score/scores.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/error.h"
#include "nettrain/trainable_network.h"
#include "network/network_builder.h"
#include "score/started_network.h"

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

// Two numbers, three ReLUs, two logits: with V the last weights, s_j their sum over the logits and
// a_j the outputs of the ReLUs, the gradient is a_j in each V_kj and s_j [a_j > 0] x_i in each
// U_ji.
TEST(ScoresTest, TangentKernelOfTwoLayers) {
  constexpr std::uint64_t kSeed = 2;
  NetworkBuilder b({2, 1, 1});
  const int hidden = b.convolution(0, 3, {});
  const int output = b.linear(b.relu(hidden), 2);
  const ImageNetwork network = std::move(b).finish(output);
  const NetworkWeights weights = start(network, 2, kSeed).weights();
  const std::vector<float>& u = weights.at(static_cast<std::size_t>(hidden)).weight;
  const std::vector<float>& v = weights.at(static_cast<std::size_t>(output)).weight;
  const ImageBatch batch{{2, 1, 1}, 2, {1, 2, 3, -1}};
  std::array<std::vector<double>, 2> gradients;
  for (std::size_t image = 0; image < 2; ++image) {
    const float* x = batch.values.data() + 2 * image;
    for (std::size_t j = 0; j < 3; ++j) {
      const double a = std::max(0., static_cast<double>(u[2 * j] * x[0] + u[2 * j + 1] * x[1]));
      const double s = a > 0 ? v[j] + v[3 + j] : 0.;
      for (const double gradient : {a, a, s * x[0], s * x[1]}) gradients[image].push_back(gradient);
    }
  }
  const auto dot = [&](std::size_t i, std::size_t j) {
    return std::inner_product(gradients[i].begin(), gradients[i].end(), gradients[j].begin(), 0.);
  };
  const double middle = (dot(0, 0) + dot(1, 1)) / 2;
  const double root = std::hypot((dot(0, 0) - dot(1, 1)) / 2, dot(0, 1));
  EXPECT_GT(middle, root);
  EXPECT_NEAR(ntk_condition(network, batch, kSeed), (middle + root) / (middle - root),
              1e-4 * (middle + root) / (middle - root));
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
// the deviation of two values is half their distance. The gradient of the weight from number i to
// logit k is (p_k - [k is the class]) x_i.
TEST(ScoresTest, ZicoByHand) {
  constexpr std::uint64_t kSeed = 4;
  const ImageBatch batch{{1, 1, 2}, 2, {1, 2, 3, 2}, {0, 2}};
  const LayerWeights weights = start(linear_network(), 1, kSeed).weights()[1];
  std::array<std::array<double, 6>, 2> gradients{};
  for (std::size_t image = 0; image < 2; ++image) {
    const float* x = batch.values.data() + 2 * image;
    std::array<double, 3> p{};
    for (std::size_t k = 0; k < 3; ++k) {
      p[k] = std::exp(weights.weight[2 * k] * x[0] + weights.weight[2 * k + 1] * x[1] +
                      weights.bias[k]);
    }
    const double sum = p[0] + p[1] + p[2];
    for (std::size_t k = 0; k < 3; ++k) {
      const double error = p[k] / sum - (k == batch.labels[image] ? 1 : 0);
      for (std::size_t i = 0; i < 2; ++i) gradients[image][2 * k + i] = error * x[i];
    }
  }
  double ratios = 0;
  for (std::size_t w = 0; w < 6; ++w) {
    const double g = gradients[0][w];
    const double h = gradients[1][w];
    ratios += (std::abs(g) + std::abs(h)) / std::abs(g - h);
  }
  EXPECT_NEAR(zico(linear_network(), batch, kSeed), std::log(ratios), 1e-5);
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
