#include "baseline/front_gain.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace dinas {
namespace {

// Two points, by hand: (0.5, 0.25) and (0.25, 0.5).
TEST(FrontGain, IsTheVolumeThatAPointAddsAlone) {
  const FrontGain gain({{0.5, 0.25}, {0.25, 0.5}}, {0.0, 0.0});
  EXPECT_DOUBLE_EQ(gain({0.5, 0.5}), 0.0625);    // the square between them
  EXPECT_DOUBLE_EQ(gain({1.0, 0.125}), 0.0625);  // beside the first: 0.5 x 0.125
  EXPECT_DOUBLE_EQ(gain({1.0, 1.0}), 1.0 - 0.1875);
}

TEST(FrontGain, OfADominatedPointIsTheDistanceToTheFront) {
  const FrontGain gain({{0.5, 0.25}, {0.25, 0.5}}, {0.0, 0.0});
  EXPECT_DOUBLE_EQ(gain({0.375, 0.125}), -0.125);
  EXPECT_DOUBLE_EQ(gain({0.5, 0.25}), 0.0);     // known already
  EXPECT_DOUBLE_EQ(gain({2.0, -0.25}), -0.25);  // below the reference
}

TEST(FrontGain, AgreesWithTheDifferenceOfHypervolumes) {
  RandomStream stream(5, Purpose::kCheck);
  for (const std::size_t dimensions : {2U, 3U}) {
    const auto draw = [&] {
      Point point;
      for (std::size_t k = 0; k < dimensions; ++k) point.push_back(stream.uniform());
      return point;
    };
    const Point reference(dimensions, 0.0);
    std::vector<Point> known;
    FrontGain gain({}, reference);
    for (int i = 0; i < 40; ++i) {
      const Point point = draw();
      const double before = hypervolume(known, reference);
      known.push_back(point);
      const double added = hypervolume(known, reference) - before;
      const double said = gain(point);
      if (said > 0.0) {
        EXPECT_NEAR(said, added, 1e-12);
      } else {
        EXPECT_NEAR(added, 0.0, 1e-12);
      }
      gain.add(point);
    }
  }
}

}  // namespace
}  // namespace dinas
