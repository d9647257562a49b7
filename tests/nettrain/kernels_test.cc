#include "nettrain/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace dinas::nettrain {
namespace {

std::vector<float> draw(std::size_t size, std::uint32_t item) {
  RandomStream random(3, Purpose::kCheck, item);
  std::vector<float> values(size);
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

// Widths around the vector lengths, heights around the tile heights.
TEST(KernelsTest, ProductsOfEverySize) {
  for (const std::size_t columns : {1U, 3U, 8U, 10U, 16U, 24U, 37U}) {
    for (const std::size_t rows : {1U, 5U, 12U, 31U}) {
      for (const std::size_t depth : {1U, 6U, 9U}) {
        const std::vector<float> a = draw(rows * depth, 1), b = draw(depth * columns, 2);
        const std::vector<float> g = draw(rows * columns, 3);
        std::vector<float> set(rows * columns, 5.F), added(rows * columns, 1.F);
        product(a.data(), b.data(), rows, depth, columns, false, set.data());
        product(a.data(), b.data(), rows, depth, columns, true, added.data());
        for (std::size_t i = 0; i < rows * columns; ++i) {
          double sum = 0;
          for (std::size_t k = 0; k < depth; ++k) {
            sum += a[i / columns * depth + k] * b[k * columns + i % columns];
          }
          ASSERT_NEAR(set[i], sum, 1e-5);
          ASSERT_NEAR(added[i], sum + 1, 1e-5);
        }
        std::vector<float> weights(depth * columns, 2.F);
        add_transposed_product(a.data(), g.data(), rows, depth, columns, weights.data());
        for (std::size_t i = 0; i < depth * columns; ++i) {
          double sum = 2;
          for (std::size_t r = 0; r < rows; ++r) {
            sum += a[r * depth + i / columns] * g[r * columns + i % columns];
          }
          ASSERT_NEAR(weights[i], sum, 2e-5);
        }
      }
    }
  }
}

TEST(KernelsTest, ImagesArePlacedWithMarginAndSpread) {
  const std::vector<float> x{1, 2, 3, 4, 5, 6};  // 1 x 3 pixels of 2 channels
  std::vector<float> out(2 * 7 * 2, 9.F);
  place_image(x.data(), {1, 3, 2, 1, 2, 2, 7, -1}, out.data());
  std::vector<float> expected(14, -1.F);
  expected.insert(expected.end(), {-1, -1, 1, 2, -1, -1, 3, 4, -1, -1, 5, 6, -1, -1});
  EXPECT_EQ(out, expected);
}

TEST(KernelsTest, MomentsDivideByTheNumberOfRows) {
  const std::vector<float> x{0, 5, 2, 5, 4, 5};  // 3 rows of 2 channels
  std::vector<float> mean(2), inverse(2);
  channel_moments(x.data(), 3, 2, 0.F, mean.data(), inverse.data());
  EXPECT_FLOAT_EQ(mean[0], 2);
  EXPECT_FLOAT_EQ(mean[1], 5);
  EXPECT_FLOAT_EQ(inverse[0], std::sqrt(3.F / 8));  // variance (4 + 0 + 4) / 3
}

TEST(KernelsTest, ReluKeepsNaN) {
  const std::vector<float> x{-1, 2, NAN};
  std::vector<float> out(3);
  relu(x.data(), 3, out.data());
  EXPECT_EQ(out[0], 0);
  EXPECT_EQ(out[1], 2);
  EXPECT_TRUE(std::isnan(out[2]));
}

TEST(KernelsTest, TheFirstOfEqualsTakesTheGradientOfAMaximum) {
  const std::vector<float> image{1, 7, 7, 0};  // 2 x 2, one window
  const Window window{2, 1, 1, 1, 2, 1, 1};
  const std::vector<float> up{3};
  std::vector<float> out(1), dimage(4);
  max_pool(image.data(), window, out.data());
  EXPECT_EQ(out[0], 7);
  add_max_pool_gradient(image.data(), window, out.data(), up.data(), dimage.data());
  EXPECT_EQ(dimage, (std::vector<float>{0, 3, 0, 0}));
}

}  // namespace
}  // namespace dinas::nettrain
