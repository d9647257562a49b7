#include "network/network_builder.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "base/error.h"
#include "support/networks.h"

namespace dinas {
namespace {

TEST(NetworkBuilder, ShapesOfWindows) {
  NetworkBuilder builder({3, 8, 9});
  EXPECT_EQ(builder.shape(builder.convolution(0, 4, {.kernel = 3, .padding = 1})),
            (Shape{4, 8, 9}));
  EXPECT_EQ(builder.shape(builder.convolution(0, 4, {.kernel = 3, .stride = 2, .padding = 1})),
            (Shape{4, 4, 5}));
  EXPECT_EQ(builder.shape(builder.convolution(0, 4, {.kernel = 1, .stride = 2})), (Shape{4, 4, 5}));
  // Five by five points, every second one of them read, reach over nine.
  EXPECT_EQ(builder.shape(builder.convolution(0, 3, {.kernel = 5, .padding = 4, .dilation = 2}, 3)),
            (Shape{3, 8, 9}));
  EXPECT_EQ(builder.shape(builder.max_pool(0, {.kernel = 2, .stride = 2})), (Shape{3, 4, 4}));
  EXPECT_EQ(builder.shape(builder.average_pool(0, {.kernel = 5, .stride = 3})), (Shape{3, 2, 2}));
}

TEST(NetworkBuilder, ShapesOfTheOthers) {
  NetworkBuilder builder({3, 5, 5});
  const int cropped = builder.crop(0);
  EXPECT_EQ(builder.shape(cropped), (Shape{3, 4, 4}));
  EXPECT_EQ(builder.shape(builder.zero(0, 2)), (Shape{3, 3, 3}));
  EXPECT_EQ(builder.shape(builder.slice(0, 2)), (Shape{2, 5, 5}));
  EXPECT_EQ(builder.shape(builder.concat(std::array{0, 0, builder.slice(0, 1)})), (Shape{7, 5, 5}));
  EXPECT_EQ(builder.shape(builder.add(std::array{0, 0})), (Shape{3, 5, 5}));
  EXPECT_EQ(builder.shape(builder.global_average(0)), (Shape{3, 1, 1}));
  EXPECT_EQ(builder.shape(builder.linear(cropped, 7)), (Shape{7, 1, 1}));
  for (const int same :
       {builder.relu(cropped), builder.batch_norm(cropped), builder.drop_path(cropped)}) {
    EXPECT_EQ(builder.shape(same), builder.shape(cropped));
  }
}

TEST(NetworkBuilder, NothingToDoAddsNoLayer) {
  NetworkBuilder builder({3, 5, 5});
  const int x = builder.relu(0);
  EXPECT_EQ(builder.add(std::array{x}), x);
  EXPECT_EQ(builder.concat(std::array{x}), x);
  EXPECT_EQ(builder.slice(x, 3), x);
  const ImageNetwork network = std::move(builder).finish(x);
  EXPECT_EQ(network.layers.size(), 2U);
  EXPECT_EQ(network.output, x);
  EXPECT_EQ(network.auxiliary, -1);
  EXPECT_EQ(network.input_shape(), (Shape{3, 5, 5}));
}

TEST(NetworkBuilder, ShapesThatDoNotFit) {
  NetworkBuilder builder({4, 5, 5});
  const int cropped = builder.crop(0);
  EXPECT_THROW(builder.add(std::array{0, cropped}), BugError);
  EXPECT_THROW(builder.concat(std::array{0, cropped}), BugError);
  EXPECT_THROW(builder.slice(0, 5), BugError);
  EXPECT_THROW(builder.convolution(0, 4, {.kernel = 7}), BugError);
  EXPECT_THROW(builder.convolution(0, 4, {}, 2), BugError) << "neither dense nor depthwise";
}

}  // namespace
}  // namespace dinas
