#include "network/inference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "network/macro.h"
#include "network/network_builder.h"
#include "space/draw.h"
#include "support/allocations.h"
#include "support/networks.h"
#include "support/reference_forward.h"

namespace dinas {
namespace {

std::vector<float> logits_of(const ImageNetwork& network, const NetworkWeights& weights,
                             std::span<const float> images, const InferenceOptions& options) {
  Inference inference(network, weights, options);
  std::vector<float> logits(static_cast<std::size_t>(options.batch * network.classes()));
  inference.run(images, logits);
  return logits;
}

// Single precision loses up to a few units of 2^-24 in every sum on the way, of the size of the
// largest numbers in it.
void expect_the_reference_logits(const ImageNetwork& network, std::uint32_t seed,
                                 const InferenceOptions& options) {
  const NetworkWeights weights = random_weights(network, seed);
  const auto count = static_cast<std::size_t>(options.batch);
  const std::vector<float> images = random_images(network, count, seed);
  const std::vector<float> logits = logits_of(network, weights, images, options);
  ReferenceForward reference(network, weights);
  const std::size_t image_size = images.size() / count;
  const std::size_t classes = logits.size() / count;
  for (std::size_t i = 0; i < count; ++i) {
    const auto expected = reference.run(std::span(images).subspan(i * image_size, image_size));
    double scale = 1.0;
    for (const double v : expected) scale = std::max(scale, std::abs(v));
    for (std::size_t c = 0; c < classes; ++c) {
      ASSERT_NEAR(logits[i * classes + c], expected[c], 2e-5 * scale)
          << "seed " << seed << ", image " << i << ", class " << c;
    }
  }
}

TEST(Inference, NetworksAtRandom) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    expect_the_reference_logits(RandomNetwork(seed).network(), seed, {});
  }
}

TEST(Inference, Batches) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    expect_the_reference_logits(RandomNetwork(seed).network(), seed, {.batch = 3});
  }
}

TEST(Inference, Threads) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    expect_the_reference_logits(RandomNetwork(seed).network(), seed, {.batch = 2, .threads = 2});
  }
}

// The convolution would overwrite what it still has to read.
TEST(Inference, SumWithAConvolutionOfItself) {
  NetworkBuilder builder({32, 9, 9});
  const int x = builder.max_pool(0, {.kernel = 2});
  const int y = builder.convolution(x, 32, {.kernel = 3, .padding = 1});
  const int logits = builder.linear(builder.add(std::array{x, y}), 5);
  expect_the_reference_logits(std::move(builder).finish(logits), 1, {});
}

// The part that is cut out lies where the whole does until somebody reads it.
TEST(Inference, WholeIsDoneBeforeItsPart) {
  for (const bool crop : {false, true}) {
    NetworkBuilder builder({32, 9, 9});
    const int whole = builder.average_pool(0, {.kernel = 2});
    const int part = crop ? builder.crop(whole) : builder.slice(whole, 16);
    const int positive = builder.relu(whole);
    const int rest = builder.convolution(positive, 4, {.kernel = 3});
    const int later = builder.convolution(part, 4, {.kernel = crop ? 2 : 3});
    const int logits = builder.linear(builder.concat(std::array{rest, later}), 5);
    expect_the_reference_logits(std::move(builder).finish(logits), 1, {});
  }
}

void expect_macros_work(const std::string& name, const Macro& macro, std::uint32_t count) {
  const auto space = find_space(name);
  for (std::uint32_t i = 0; i < count; ++i) {
    RandomStream stream(1, Purpose::kCheck, i);
    const Architecture a = random_architecture(space->skeleton(), stream);
    expect_the_reference_logits(build_network(*space, a, macro), i, {});
  }
}

TEST(Inference, NasBench201) {
  expect_macros_work("nasbench201", {.channels = 8, .cells = 1, .image_size = 12}, 60);
  expect_macros_work("nasbench201", {.channels = 5, .cells = 2, .image_size = 7}, 20);
}

TEST(Inference, NasBench101) {
  expect_macros_work("nasbench101", {.channels = 18, .cells = 1, .image_size = 8}, 40);
}

TEST(Inference, Darts) {
  expect_macros_work("darts", {.channels = 4, .cells = 3, .image_size = 8}, 30);
  expect_macros_work("darts", {.channels = 4, .cells = 3, .image_size = 32, .imagenet = true}, 5);
}

// Values share memory: nothing may be left of the run before.
TEST(Inference, RunsDoNotDependOnEachOther) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const ImageNetwork network = RandomNetwork(seed).network();
    Inference inference(network, random_weights(network, seed));
    const std::vector<float> first = random_images(network, 1, 1);
    const std::vector<float> second = random_images(network, 1, 2);
    std::vector<float> before(static_cast<std::size_t>(network.classes()));
    std::vector<float> between(before);
    std::vector<float> after(before);
    inference.run(first, before);
    inference.run(second, between);
    inference.run(first, after);
    ASSERT_EQ(before, after) << seed;
  }
}

TEST(Inference, RunsAllocateNothingOfTheirOwn) {
  if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer has an operator new of its own";
  const ImageNetwork network = RandomNetwork(3).network();
  Inference inference(network, random_weights(network, 3));
  const std::vector<float> images = random_images(network, 1, 1);
  std::vector<float> logits(static_cast<std::size_t>(network.classes()));
  EXPECT_EQ(allocations_of([&] { inference.run(images, logits); }).ours, 0);
}

TEST(Inference, RunsInAnotherThread) {
  const ImageNetwork network = RandomNetwork(3).network();
  Inference inference(network, random_weights(network, 3));
  const std::vector<float> images = random_images(network, 1, 1);
  std::vector<float> here(static_cast<std::size_t>(network.classes()));
  std::vector<float> there(here);
  inference.run(images, here);
  std::thread([&] { inference.run(images, there); }).join();
  EXPECT_EQ(here, there);
}

TEST(Inference, OptionsAndWeightsThatCannotBe) {
  const ImageNetwork network = RandomNetwork(3).network();
  const NetworkWeights weights = random_weights(network, 3);
  EXPECT_THROW(Inference(network, weights, {.batch = 0}), Error);
  EXPECT_THROW(Inference(network, weights, {.threads = 0}), Error);
  EXPECT_THROW(Inference(network, {}), Error);
  NetworkWeights fewer = weights;
  fewer.back().bias.pop_back();
  EXPECT_THROW(Inference(network, fewer), Error);
}

}  // namespace
}  // namespace dinas
