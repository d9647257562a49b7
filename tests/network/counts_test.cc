#include "network/counts.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "network/network_builder.h"

namespace dinas {
namespace {

TEST(Counts, ParametersAndMultiplyAccumulates) {
  NetworkBuilder builder({3, 8, 8});
  int x = builder.convolution(0, 4, {.kernel = 3, .stride = 2, .padding = 1});  // 108, 4x4
  x = builder.batch_norm(x);                                                    // 8
  x = builder.convolution(x, 4, {.kernel = 5, .padding = 2}, 4);                // 100
  x = builder.max_pool(builder.relu(x), {.kernel = 2, .stride = 2});
  const NetworkCounts counts = count(std::move(builder).finish(builder.linear(x, 10)));
  EXPECT_EQ(counts.params, 108 + 8 + 100 + 160 + 10);
  EXPECT_EQ(counts.macs, 108 * 16 + 100 * 16 + 160);
}

// 2 x 4 x 4 numbers are an image; a convolution needs its input and its output.
TEST(Counts, ActivationsAlive) {
  NetworkBuilder builder({2, 4, 4});
  const int wide = builder.convolution(0, 5, {});         // 32 + 80
  const int normed = builder.batch_norm(wide);            // in place: 80
  const int narrow = builder.convolution(normed, 1, {});  // 80 + 16
  const ImageNetwork network = std::move(builder).finish(builder.linear(narrow, 3));
  EXPECT_EQ(count(network).peak_activation, 112);
}

TEST(Counts, ActivationsThatLaterLayersWaitFor) {
  NetworkBuilder builder({2, 4, 4});
  const int relu = builder.relu(0);                          // the image stays: 64
  const int pooled = builder.max_pool(relu, {.kernel = 1});  // 96
  const int sum = builder.add(std::array{relu, pooled, 0});  // in place: 96
  const ImageNetwork network = std::move(builder).finish(builder.linear(sum, 3));
  EXPECT_EQ(count(network).peak_activation, 96);
  // Nobody reads the pooling: its numbers live while it is computed.
  NetworkBuilder idle({2, 4, 4});
  idle.max_pool(0, {.kernel = 1});
  const ImageNetwork unread = std::move(idle).finish(idle.linear(0, 3));
  EXPECT_EQ(count(unread).peak_activation, 64);
}

// The head is what the second logits alone need; what nobody reads is part of the network.
TEST(Counts, WithoutTheAuxiliaryHead) {
  NetworkBuilder builder({2, 4, 4});
  const int x = builder.convolution(0, 3, {});  // 6
  builder.convolution(x, 7, {});                // 21, unread
  const int head = builder.linear(builder.convolution(x, 50, {}), 10);
  const NetworkCounts counts = count(std::move(builder).finish(builder.linear(x, 2), head));
  EXPECT_EQ(counts.params, 6 + 21 + 48 * 2 + 2);
  EXPECT_EQ(counts.macs, 27 * 16 + 96);
  EXPECT_EQ(counts.peak_activation, 48 + 7 * 16);
}

}  // namespace
}  // namespace dinas
