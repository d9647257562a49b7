#include "network/weights.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "network/network_builder.h"

namespace dinas {
namespace {

ImageNetwork small_network() {
  NetworkBuilder builder({3, 4, 4});
  const int x = builder.batch_norm(builder.convolution(0, 5, {.kernel = 3}));
  const int y = builder.convolution(x, 5, {}, 5);
  const int logits = builder.linear(y, 2);
  return std::move(builder).finish(logits);
}

TEST(Weights, AsManyAsTheLayersHave) {
  const NetworkWeights w = random_weights(small_network(), 1);
  ASSERT_EQ(w.size(), 5U);
  EXPECT_TRUE(w[0].weight.empty());
  EXPECT_EQ(w[1].weight.size(), 3U * 5 * 9);
  EXPECT_TRUE(w[1].bias.empty());
  EXPECT_EQ(w[2].weight.size(), 5U);
  EXPECT_EQ(w[2].bias.size(), 5U);
  EXPECT_EQ(w[2].mean.size(), 5U);
  EXPECT_EQ(w[2].variance.size(), 5U);
  EXPECT_EQ(w[3].weight.size(), 5U);
  EXPECT_EQ(w[4].weight.size(), 5U * 4 * 2);
  EXPECT_EQ(w[4].bias.size(), 2U);
}

TEST(Weights, FollowTheSeed) {
  const ImageNetwork network = small_network();
  EXPECT_EQ(random_weights(network, 1)[4].weight, random_weights(network, 1)[4].weight);
  EXPECT_NE(random_weights(network, 1)[4].weight, random_weights(network, 2)[4].weight);
  EXPECT_NE(random_weights(network, 1)[2].mean, random_weights(network, 1)[2].bias);
  const NetworkWeights w = random_weights(network, 1);
  for (const float v : w[2].variance) EXPECT_GT(v, 0.5F);
}

TEST(Weights, OfAnotherNetwork) {
  const ImageNetwork network = small_network();
  NetworkWeights w = random_weights(network, 1);
  EXPECT_NO_THROW(check_weights(network, w));
  w[2].mean.pop_back();
  try {
    check_weights(network, w);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("5 means and variances in layer 2"),
              std::string::npos);
  }
  w.pop_back();
  EXPECT_THROW(check_weights(network, w), Error);
}

}  // namespace
}  // namespace dinas
