#include "diffusion/mask.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

namespace dinas {
namespace {

TEST(RevealCounts, SpreadsEvenlyLargerGroupsFirst) {
  EXPECT_EQ(reveal_counts(6, 6), (std::vector<int>{1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(reveal_counts(6, 4), (std::vector<int>{2, 2, 1, 1}));
  EXPECT_EQ(reveal_counts(6, 3), (std::vector<int>{2, 2, 2}));
  EXPECT_EQ(reveal_counts(6, 1), (std::vector<int>{6}));
  EXPECT_EQ(reveal_counts(7, 3), (std::vector<int>{3, 2, 2}));
  for (int n = 1; n <= 20; ++n) {
    for (int calls = 1; calls <= n; ++calls) {
      const std::vector<int> counts = reveal_counts(n, calls);
      EXPECT_EQ(counts.size(), static_cast<std::size_t>(calls));
      EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0), n);
      EXPECT_TRUE(std::ranges::is_sorted(counts, std::greater<>()));
      EXPECT_LE(counts.front() - counts.back(), 1);
    }
  }
}

TEST(RandomOrder, HandlesTheSmallestSizes) {
  RandomStream stream(1, Purpose::kCheck);
  EXPECT_EQ(random_order(0, stream), std::vector<int>{});
  EXPECT_EQ(random_order(1, stream), std::vector<int>{0});
}

TEST(RandomOrder, EveryOrderOfFourIsEquallyLikely) {
  constexpr int kDraws = 24000;
  std::map<std::vector<int>, int> seen;
  for (std::uint32_t item = 0; item < kDraws; ++item) {
    RandomStream stream(7, Purpose::kOrder, item);
    ++seen[random_order(4, stream)];
  }
  ASSERT_EQ(seen.size(), 24U);
  double chi_square = 0.0;
  for (const auto& [order, count] : seen) {
    ASSERT_TRUE(std::ranges::is_permutation(order, std::vector<int>{0, 1, 2, 3}));
    const double difference = count - kDraws / 24.0;
    chi_square += difference * difference / (kDraws / 24.0);
  }
  EXPECT_LT(chi_square, 57.07);  // 23 degrees of freedom, alpha = 1e-4
}

}  // namespace
}  // namespace dinas
