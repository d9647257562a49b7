#include "nettrain/trainable_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/error.h"
#include "network/macro.h"
#include "network/network_builder.h"
#include "space/draw.h"
#include "support/reference_forward.h"

namespace dinas::nettrain {
namespace {

// Every kind of layer, strides, dilation, groups, margins, an odd number of channels.
ImageNetwork every_layer() {
  NetworkBuilder b({2, 8, 8});
  const int stem = b.batch_norm(b.convolution(0, 9, {.kernel = 3, .padding = 1}));
  const int max = b.max_pool(b.relu(stem), {.kernel = 3, .stride = 1, .padding = 1});
  const int wide = b.convolution(max, 9, {.kernel = 3, .padding = 2, .dilation = 2});
  const int depthwise = b.convolution(wide, 9, {.kernel = 3, .stride = 2, .padding = 1}, 9);
  const int halved = b.average_pool(stem, {.kernel = 3, .stride = 2, .padding = 1});
  const int shifted = b.convolution(b.crop(stem), 9, {.kernel = 1, .stride = 2});
  const std::array<int, 4> terms{b.drop_path(depthwise), halved, shifted, b.zero(stem, 2)};
  const int sum = b.add(terms);
  const std::array<int, 2> parts{b.slice(sum, 4), b.batch_norm(sum)};
  const int joined = b.relu(b.concat(parts));
  const int auxiliary = b.linear(b.max_pool(joined, {.kernel = 2, .stride = 2}), 3);
  const int output = b.linear(b.global_average(b.convolution(joined, 8, {.kernel = 1})), 3);
  return std::move(b).finish(output, auxiliary);
}

constexpr std::size_t kImages = 3;

class EveryLayerTest : public testing::Test {
 protected:
  EveryLayerTest() : network_(every_layer(), kImages + 1, 7, Initialiser::kKaiming) {
    RandomStream random(5, Purpose::kCheck);
    for (float& value : network_.input()) value = static_cast<float>(random.normal());
    for (float& value : network_.parameters()) value += .1F * static_cast<float>(random.normal());
    for (float& value : factors_) value = static_cast<float>(random.normal());
  }

  // A weighted sum of all logits; the same paths are left out every time.
  double loss() {
    RandomStream random(6, Purpose::kCheck);
    network_.forward(kImages, {true, true, .3, &random, .1F});
    double sum = 0;
    for (std::size_t i = 0; i < 3 * kImages; ++i) {
      sum += factors_[i] * network_.logits()[i];
      sum += factors_[3 * kImages + i] * network_.auxiliary_logits()[i];
    }
    return sum;
  }

  // Of `size` parameters from `begin` on: whose gradient is not the slope of the loss?
  std::size_t count_kinks(const std::vector<float>& gradients, std::size_t begin,
                          std::size_t size) {
    constexpr float kStep = 2e-3F;
    std::size_t kinks = 0;
    for (std::size_t i = begin; i < begin + size; ++i) {
      float& parameter = network_.parameters()[i];
      const float kept = parameter;
      parameter = kept + kStep;
      const double above = loss();
      parameter = kept - kStep;
      const double below = loss();
      parameter = kept;
      const double slope = (above - below) / (2 * kStep);
      if (std::abs(slope - gradients[i]) > .02 * std::abs(slope) + .02) ++kinks;
    }
    return kinks;
  }

  TrainableNetwork network_;
  std::array<float, 6 * kImages> factors_{};
};

TEST_F(EveryLayerTest, GradientsAreSlopes) {
  loss();
  std::copy_n(factors_.begin(), 3 * kImages, network_.logit_gradients().begin());
  std::copy_n(factors_.begin() + 3 * kImages, 3 * kImages, network_.auxiliary_gradients().begin());
  network_.backward();
  const std::vector<float> gradients = network_.gradients();
  std::size_t kinks = 0;
  // A ReLU or a maximum may switch within the step, for a few parameters of the first layers.
  const auto expect_slopes = [&](std::size_t begin, std::size_t size, const char* what, int layer) {
    const std::size_t wrong = count_kinks(gradients, begin, size);
    EXPECT_LE(wrong, size / 5) << what << " of layer " << layer;
    kinks += wrong;
  };
  for (int i = 0; const LayerNumbers& numbers : network_.numbers()) {
    expect_slopes(numbers.weight, numbers.weight_size, "weights", i);
    expect_slopes(numbers.bias, numbers.bias_size, "biases", i++);
  }
  EXPECT_LT(kinks, gradients.size() / 20);
  EXPECT_GT(std::ranges::count_if(gradients, [](float g) { return std::abs(g) > .01F; }),
            static_cast<std::ptrdiff_t>(gradients.size() / 2));
}

TEST_F(EveryLayerTest, BackwardAddsToTheGradients) {
  loss();
  std::copy_n(factors_.begin(), 3 * kImages, network_.logit_gradients().begin());
  std::copy_n(factors_.begin(), 3 * kImages, network_.auxiliary_gradients().begin());
  network_.backward();
  const std::vector<float> once = network_.gradients();
  loss();
  std::copy_n(factors_.begin(), 3 * kImages, network_.logit_gradients().begin());
  std::copy_n(factors_.begin(), 3 * kImages, network_.auxiliary_gradients().begin());
  network_.backward();
  for (std::size_t i = 0; i < once.size(); ++i) {
    ASSERT_NEAR(network_.gradients()[i], 2 * once[i], 1e-4 * (1 + std::abs(once[i])));
  }
}

// Outside training an image's logits do not depend on the images beside it.
TEST_F(EveryLayerTest, ImagesAreIndependentInEvaluation) {
  loss();
  network_.forward(kImages, {});
  const std::vector<float> together(network_.logits().begin(), network_.logits().end());
  const std::size_t size = network_.input().size() / (kImages + 1);
  std::copy_n(network_.input().begin() + static_cast<std::ptrdiff_t>(size), size,
              network_.input().begin());
  network_.forward(1, {});
  for (std::size_t c = 0; c < 3; ++c) EXPECT_FLOAT_EQ(network_.logits()[c], together[3 + c]);
}

// [height, width, channels] as [channels, height, width].
std::vector<float> channels_first(std::span<const float> image, std::size_t channels) {
  const std::size_t pixels = image.size() / channels;
  std::vector<float> result(image.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = image[i % pixels * channels + i / pixels];
  }
  return result;
}

void expect_the_reference_logits(const ImageNetwork& layers, std::uint32_t item) {
  TrainableNetwork network(layers, kImages, item, Initialiser::kKaiming);
  RandomStream random(5, Purpose::kCheck, item);
  for (float& value : network.input()) value = static_cast<float>(random.normal());
  network.forward(kImages, {.training = true, .statistics_momentum = 1.F});
  network.forward(kImages, {});
  const NetworkWeights weights = network.weights();
  ReferenceForward reference(network.network(), weights);
  const std::size_t size = network.input().size() / kImages;
  for (std::size_t i = 0; i < kImages; ++i) {
    const auto image = channels_first(network.input().subspan(i * size, size), 3);
    const std::vector<double> expected = reference.run(image);
    double scale = 1;
    for (const double value : expected) scale = std::max(scale, std::abs(value));
    for (std::size_t c = 0; c < expected.size(); ++c) {
      // Single precision, and what it loses in the mean and the variance of a channel.
      ASSERT_NEAR(network.logits()[i * expected.size() + c], expected[c], 1e-4 * scale)
          << "cell " << item << ", image " << i << ", class " << c;
    }
  }
}

TEST(TrainableNetworkTest, CellsInTheNetworksOfTheirBenchmarks) {
  for (const char* name : {"nasbench201", "nasbench101", "darts"}) {
    SCOPED_TRACE(name);
    const auto space = find_space(name);
    const bool darts = space->name() == "darts";
    for (std::uint32_t item = 0; item < 8; ++item) {
      RandomStream random(8, Purpose::kCheck, item);
      const Architecture cell = random_architecture(space->skeleton(), random);
      const Macro macro{.channels = 8, .cells = darts ? 3 : 1, .image_size = darts ? 12 : 11};
      expect_the_reference_logits(pruned(build_network(*space, cell, macro)), item);
    }
  }
}

TEST(TrainableNetworkTest, RunningStatisticsFollowTheBatch) {
  NetworkBuilder b({1, 1, 2});
  const int norm = b.batch_norm(0);
  TrainableNetwork network(std::move(b).finish(norm), 2, 0, Initialiser::kDefault);
  const std::array<float, 4> values{1, 2, 3, 6};  // mean 3, variance 14 / 4, unbiased 14 / 3
  std::copy(values.begin(), values.end(), network.input().begin());
  network.forward(2, {.training = true, .statistics_momentum = .5F});
  EXPECT_NEAR(network.logits()[0], -2 / std::sqrt(3.5), 1e-5);
  EXPECT_NEAR(network.statistics()[0], 1.5, 1e-6);
  EXPECT_NEAR(network.statistics()[1], .5 + .5 * 14 / 3, 1e-4);
  network.forward(2, {});
  EXPECT_NEAR(network.logits()[0], (1 - 1.5) / std::sqrt(.5 + .5 * 14 / 3), 1e-5);
}

TEST(TrainableNetworkTest, InitialWeightsHaveTheDeviationAskedFor) {
  NetworkBuilder b({16, 2, 2});
  const int output = b.linear(b.convolution(0, 64, {.kernel = 3, .padding = 1}), 10);
  const ImageNetwork layers = std::move(b).finish(output);
  for (const auto& [initialiser, factor] :
       {std::pair(Initialiser::kKaiming, 2.), std::pair(Initialiser::kDefault, 1. / 3)}) {
    TrainableNetwork network(layers, 1, 3, initialiser);
    const NetworkWeights weights = network.weights();
    double squares = 0;
    for (const float weight : weights[1].weight) squares += static_cast<double>(weight) * weight;
    const auto count = static_cast<double>(weights[1].weight.size());
    EXPECT_NEAR(squares / count * 144 / factor, 1, .05);  // fan in 16 * 9
    double bias = 0;
    for (const float value : weights[2].bias) bias += std::abs(value);
    EXPECT_EQ(bias > 0, initialiser == Initialiser::kDefault);
  }
}

TEST(TrainableNetworkTest, OtherGroupsAreRefused) {
  ImageNetwork network;
  network.layers.resize(2);
  network.layers[0].shape = {4, 2, 2};
  network.layers[1] = {LayerKind::kConvolution, {0}, {4, 2, 2}, 1, 1, 0, 1, 2};
  network.output = 1;
  EXPECT_THROW(TrainableNetwork(network, 1, 0, Initialiser::kDefault), UsageError);
}

}  // namespace
}  // namespace dinas::nettrain
