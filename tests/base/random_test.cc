#include "base/random.h"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "base/error.h"

namespace dinas {
namespace {

using Block = std::array<std::uint32_t, 4>;

Block next_block(RandomStream& stream) {
  return {stream.next(), stream.next(), stream.next(), stream.next()};
}

// Known answer of Random123 (kat_vectors: philox4x32, 10 rounds, counter 0, key 0). Purpose 0 has
// no name because no stream uses it.
TEST(RandomStream, PhiloxKnownAnswer) {
  RandomStream stream(0, Purpose{0});
  EXPECT_EQ(next_block(stream), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
}

TEST(RandomStream, CounterIsBlockStepItemPurpose) {
  constexpr std::uint64_t seed = 0x0123456789abcdefULL;
  RandomStream stream(seed, Purpose::kNoise, 77, 11);
  for (std::uint32_t block = 0; block < 3; ++block) {
    const auto expected = r123::Philox4x32()({{block, 11, 77, 5}}, {{0x89abcdefU, 0x01234567U}});
    EXPECT_EQ(next_block(stream), (Block{expected[0], expected[1], expected[2], expected[3]}));
  }
}

TEST(RandomStream, ACopyReplaysIt) {
  RandomStream stream(3, Purpose::kValue);
  stream.next();
  RandomStream copy = stream;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(stream.next(), copy.next());
}

TEST(RandomStream, SeekGoesOnFromAPosition) {
  RandomStream stream(3, Purpose::kValue, 5, 7);
  for (std::uint64_t taken = 0; taken < 10; ++taken) {
    EXPECT_EQ(stream.position(), taken);
    RandomStream other(3, Purpose::kValue, 5, 7);
    other.uniform();  // where it was before does not matter
    other.seek(taken);
    EXPECT_EQ(other.position(), taken);
    RandomStream rest = stream;
    for (int i = 0; i < 6; ++i) EXPECT_EQ(other.next(), rest.next()) << taken;
    stream.next();
  }
}

TEST(RandomStream, EveryCoordinateMakesAnotherStream) {
  std::set<Block> blocks;
  for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32}) {
    for (const Purpose purpose : {Purpose::kNoise, Purpose::kValue}) {
      for (const std::uint32_t item : {0U, 1U, 4000000000U}) {
        for (const std::uint32_t step : {0U, 1U}) {
          RandomStream stream(seed, purpose, item, step);
          blocks.insert(next_block(stream));
        }
      }
    }
  }
  EXPECT_EQ(blocks.size(), 3U * 2U * 3U * 2U);
}

// Correlation of neighbouring streams; 4.5 standard deviations of 1/sqrt(n) for independent ones.
TEST(RandomStream, NeighbouringItemsAreUncorrelated) {
  constexpr int draws = 20000;
  RandomStream a(9, Purpose::kValue, 0);
  RandomStream b(9, Purpose::kValue, 1);
  double sum = 0.0;
  for (int i = 0; i < draws; ++i) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5) * 12.0;
  EXPECT_LT(std::abs(sum / draws), 4.5 / std::sqrt(draws));
}

// The seed is fixed, so the tests of moments below either always pass or never; the tolerances are
// 4.5 standard errors.
TEST(RandomStream, UniformHasTheMomentsOfItsLaw) {
  constexpr int draws = 100000;
  RandomStream stream(1, Purpose::kCheck);
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < draws; ++i) {
    const double u = stream.uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
    squares += u * u;
  }
  EXPECT_NEAR(sum / draws, 0.5, 4.5 * std::sqrt(1.0 / 12.0 / draws));
  EXPECT_NEAR(squares / draws, 1.0 / 3.0, 4.5 * std::sqrt(4.0 / 45.0 / draws));
}

TEST(RandomStream, NormalHasTheMomentsOfItsLaw) {
  constexpr int draws = 100000;
  RandomStream stream(2, Purpose::kCheck);
  std::array<double, 4> moments{};
  for (int i = 0; i < draws; ++i) {
    const double z = stream.normal();
    ASSERT_TRUE(std::isfinite(z));
    double power = 1.0;
    for (double& moment : moments) moment += (power *= z) / draws;
  }
  // Variances of z, z^2, z^3 and z^4: 1, 2, 15, 96.
  EXPECT_NEAR(moments[0], 0.0, 4.5 * std::sqrt(1.0 / draws));
  EXPECT_NEAR(moments[1], 1.0, 4.5 * std::sqrt(2.0 / draws));
  EXPECT_NEAR(moments[2], 0.0, 4.5 * std::sqrt(15.0 / draws));
  EXPECT_NEAR(moments[3], 3.0, 4.5 * std::sqrt(96.0 / draws));
}

TEST(Below, EveryValueEquallyOften) {
  constexpr int draws = 70000;
  RandomStream stream(4, Purpose::kCheck);
  std::array<int, 7> counts{};
  for (int i = 0; i < draws; ++i) ++counts.at(stream.below(7));
  double chi2 = 0.0;
  for (const int count : counts) chi2 += std::pow(count - draws / 7.0, 2) / (draws / 7.0);
  EXPECT_LT(chi2, 22.5);  // 99.9 % quantile of chi-squared with 6 degrees of freedom
}

// For n = 3 * 2^30 a plain remainder would give values below 2^30 half of the time instead of a
// third.
TEST(Below, LargeRangeIsNotBiasedByTheRemainder) {
  constexpr int draws = 20000;
  constexpr std::uint32_t n = 3U << 30;
  RandomStream stream(5, Purpose::kCheck);
  int low = 0;
  for (int i = 0; i < draws; ++i) {
    const std::uint32_t value = stream.below(n);
    ASSERT_LT(value, n);
    if (value < (1U << 30)) ++low;
  }
  EXPECT_NEAR(low / static_cast<double>(draws), 1.0 / 3.0, 4.5 * std::sqrt(2.0 / 9.0 / draws));
}

TEST(Below, EdgesOfTheRange) {
  RandomStream stream(6, Purpose::kCheck);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(stream.below(1), 0U);
  EXPECT_LT(stream.below(std::numeric_limits<std::uint32_t>::max()),
            std::numeric_limits<std::uint32_t>::max());
  EXPECT_THROW(stream.below(0), BugError);
}

TEST(Categorical, CoinSplitsTheIntervalByWeight) {
  const std::vector<double> weights = {1.0, 2.0, 1.0};  // powers of two: no rounding
  EXPECT_EQ(categorical(weights, 0.0), 0);
  EXPECT_EQ(categorical(weights, 0.2499), 0);
  EXPECT_EQ(categorical(weights, 0.25), 1);
  EXPECT_EQ(categorical(weights, 0.7499), 1);
  EXPECT_EQ(categorical(weights, 0.75), 2);
}

TEST(Categorical, ValuesWithoutWeightAreNeverDrawn) {
  const double almost_one = std::nextafter(1.0, 0.0);
  const std::vector<double> weights = {0.0, 0.1, 0.0, 0.2, 0.0};
  EXPECT_EQ(categorical(weights, 0.0), 1);
  EXPECT_EQ(categorical(weights, almost_one), 3);
  EXPECT_EQ(categorical(std::vector<double>{0.0, 1e-300, 0.0}, almost_one), 1);
}

TEST(Categorical, RoundingNeverLeavesTheRange) {
  const std::vector<double> weights(10, 0.1);  // ten times 0.1 adds up to a little less than 1
  EXPECT_EQ(categorical(weights, std::nextafter(1.0, 0.0)), 9);
}

TEST(Categorical, NoWeightAtAllIsABug) {
  EXPECT_THROW(categorical(std::vector<double>{0.0, 0.0}, 0.5), BugError);
  EXPECT_THROW(categorical(std::vector<double>{}, 0.5), BugError);
  EXPECT_THROW(categorical(std::vector<double>{std::nan(""), 1.0}, 0.5), BugError);
}

}  // namespace
}  // namespace dinas
