#include "dataset/image_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace dinas {
namespace {

const std::array<std::size_t, 1> kFirst{0};

Dataset one_image() { return {2, 1, 3, 1, {0, 10, 20, 5, 5, 5}, {0}}; }

std::vector<float> batch(const Dataset& data, const PixelStatistics& statistics,
                         const Augmentation& augmentation, std::uint32_t item) {
  std::vector<float> out(data.image_bytes());
  RandomStream random(1, Purpose::kImages, item);
  fill_batch(data, kFirst, statistics, augmentation, random, out);
  return out;
}

TEST(ImageBatchTest, StatisticsAreThoseOfEveryChannel) {
  const PixelStatistics statistics = pixel_statistics(one_image());
  EXPECT_EQ(statistics.mean, (std::vector<float>{10, 5}));
  EXPECT_NEAR(statistics.deviation[0], 8.16497, 1e-4);  // sqrt((100 + 0 + 100) / 3)
  EXPECT_EQ(statistics.deviation[1], 1);                // no deviation: not divided by 0
}

TEST(ImageBatchTest, ChannelsComeLastAndAreStandardised) {
  const PixelStatistics statistics{{10, 5}, {10, 1}};
  EXPECT_EQ(batch(one_image(), statistics, {}, 0), (std::vector<float>{-1, 0, 0, 0, 1, 0}));
}

TEST(ImageBatchTest, EveryChangeOccursAndNoOther) {
  const Dataset data{1, 1, 3, 1, {10, 20, 30}, {0}};
  const PixelStatistics statistics{{0}, {10}};
  const auto seen = [&](const Augmentation& augmentation) {
    std::vector<std::vector<float>> all;
    for (std::uint32_t item = 0; item < 100; ++item) {
      all.push_back(batch(data, statistics, augmentation, item));
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  };
  using Images = std::vector<std::vector<float>>;
  EXPECT_EQ(seen({}), (Images{{1, 2, 3}}));
  EXPECT_EQ(seen({true, 0, 0}), (Images{{1, 2, 3}, {3, 2, 1}}));
  // One pixel up or down leaves nothing of an image of one row.
  EXPECT_EQ(seen({false, 1, 0}), (Images{{0, 0, 0}, {0, 1, 2}, {1, 2, 3}, {2, 3, 0}}));
  EXPECT_EQ(seen({false, 0, 1}), (Images{{0, 2, 3}, {1, 0, 3}, {1, 2, 0}}));
}

}  // namespace
}  // namespace dinas
