#include "baseline/pareto.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace dinas {
namespace {

using Points = std::vector<Point>;

TEST(Pareto, DominationIsStrict) {
  EXPECT_TRUE(dominates({2, 1}, {1, 1}));
  EXPECT_FALSE(dominates({1, 1}, {1, 1}));
  EXPECT_FALSE(dominates({2, 0}, {1, 1}));
}

TEST(Pareto, FrontsPeel) {
  // (1,1) is below (2,2), which is below (3,2); (0,4) and (3,2) are free; equal points share.
  EXPECT_EQ(fronts(Points{{1, 1}, {2, 2}, {3, 2}, {0, 4}, {3, 2}}),
            (std::vector<std::size_t>{2, 1, 0, 0, 0}));
  EXPECT_TRUE(fronts({}).empty());
}

TEST(Pareto, CrowdingAddsTheGapsOfNeighbours) {
  const std::vector<double> distance = crowding(Points{{0, 4}, {1, 2}, {4, 0}});
  EXPECT_TRUE(std::isinf(distance[0]));
  EXPECT_TRUE(std::isinf(distance[2]));
  EXPECT_DOUBLE_EQ(distance[1], 2.0);  // (4 - 0) / 4 in either objective
  // Between its neighbours (1,2) and (4,0) of ranges 4 and 4: 3/4 + 2/4.
  EXPECT_DOUBLE_EQ(crowding(Points{{0, 4}, {1, 2}, {2, 1}, {4, 0}})[2], 1.25);
}

TEST(Pareto, HypervolumeOfTwoAndThree) {
  EXPECT_DOUBLE_EQ(hypervolume({{1, 3}, {2, 2}, {3, 1}}, {0, 0}), 6.0);
  EXPECT_DOUBLE_EQ(hypervolume({{1, 3}, {2, 2}, {3, 1}}, {1, 1}), 1.0);
  EXPECT_DOUBLE_EQ(hypervolume({{1, 1}, {2, 2}, {2, 2}}, {0, 0}), 4.0);
  EXPECT_DOUBLE_EQ(hypervolume({{-1, 9}}, {0, 0}), 0.0);
  EXPECT_DOUBLE_EQ(hypervolume({}, {0, 0}), 0.0);
  // Two boxes 1x2x3 and 3x2x1 that share 1x2x1.
  EXPECT_DOUBLE_EQ(hypervolume({{1, 2, 3}, {3, 2, 1}}, {0, 0, 0}), 10.0);
  EXPECT_DOUBLE_EQ(hypervolume({{5}, {7}}, {4}), 3.0);
}

TEST(Pareto, HypervolumeAgreesWithCountedCells) {
  RandomStream stream(3, Purpose::kCheck);
  for (int repeat = 0; repeat < 20; ++repeat) {
    Points points(8, Point(3));
    for (Point& p : points) {
      for (double& v : p) v = stream.below(6);
    }
    int cells = 0;
    for (int cell = 0; cell < 216; ++cell) {
      const int x = cell % 6, y = cell / 6 % 6, z = cell / 36;
      bool inside = false;
      for (const Point& p : points) inside = inside || (p[0] > x && p[1] > y && p[2] > z);
      cells += inside ? 1 : 0;
    }
    EXPECT_DOUBLE_EQ(hypervolume(points, {0, 0, 0}), cells);
  }
}

}  // namespace
}  // namespace dinas
