#include "diffusion/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dinas {
namespace {

struct Entry {
  std::size_t t;
  double beta;
  double abar;
};

// The reference table of the specification has 6 significant digits; a unit in the last one is up
// to 1e-5 of the value, half of it is the rounding of the table.
void expect_six_digits(double value, double table) {
  EXPECT_NEAR(value, table, 5.001e-6 * std::pow(10.0, std::floor(std::log10(table))));
}

TEST(Schedule, MatchesTheReferenceTable) {
  const Schedule schedule(500);
  ASSERT_EQ(schedule.beta.size(), 501U);
  ASSERT_EQ(schedule.abar.size(), 501U);
  EXPECT_EQ(schedule.steps(), 500);
  for (const Entry& e : {Entry{0, 8.72302e-5, 0.999913}, Entry{1, 1.06583e-4, 0.999806},
                         Entry{10, 2.80876e-4, 0.997978}, Entry{50, 1.06437e-3, 0.971161},
                         Entry{100, 2.09437e-3, 0.897198}, Entry{250, 6.27913e-3, 0.492288},
                         Entry{400, 1.90641e-2, 9.36827e-2}, Entry{450, 3.85176e-2, 2.39964e-2},
                         Entry{490, 0.173498, 9.67321e-4}, Entry{499, 0.749998, 9.6763e-6},
                         Entry{500, 1.0, 9.6763e-10}}) {
    SCOPED_TRACE(e.t);
    expect_six_digits(schedule.beta[e.t], e.beta);
    expect_six_digits(schedule.abar[e.t], e.abar);
  }
  EXPECT_EQ(schedule.beta[500], 1.0);
}

TEST(Schedule, AbarFallsStrictlyAndStaysPositive) {
  for (const int T : {1, 2, 10, 500}) {
    const Schedule schedule(T);
    ASSERT_EQ(schedule.abar.size(), static_cast<std::size_t>(T) + 1);
    EXPECT_LT(schedule.abar[0], 1.0);
    for (std::size_t t = 1; t < schedule.abar.size(); ++t) {
      EXPECT_LT(schedule.abar[t], schedule.abar[t - 1]);
    }
    EXPECT_GT(schedule.abar.back(), 0.0);
  }
}

TEST(QuadraticGrid, SmallGridsByHand) {
  EXPECT_EQ(quadratic_grid(500, 1), (std::vector<int>{500, 0}));
  EXPECT_EQ(quadratic_grid(500, 2), (std::vector<int>{500, 125, 0}));
  EXPECT_EQ(quadratic_grid(500, 4), (std::vector<int>{500, 281, 125, 31, 0}));
  // 4 (3/4)^2 = 2.25, 4 (1/2)^2 = 1, 4 (1/4)^2 = 0.25: the last two are both 0.
  EXPECT_EQ(quadratic_grid(4, 4), (std::vector<int>{4, 2, 1, 0}));
}

TEST(QuadraticGrid, FallsFromTToZeroInAtMostTheCallsAskedFor) {
  for (const int T : {1, 7, 500}) {
    for (int calls = 1; calls <= T; ++calls) {
      const std::vector<int> grid = quadratic_grid(T, calls);
      EXPECT_EQ(grid.front(), T);
      EXPECT_EQ(grid.back(), 0);
      EXPECT_LE(grid.size(), static_cast<std::size_t>(calls) + 1);
      for (std::size_t i = 1; i < grid.size(); ++i) EXPECT_LT(grid[i], grid[i - 1]);
    }
  }
}

TEST(FullGrid, HasEveryStep) {
  EXPECT_EQ(full_grid(3), (std::vector<int>{3, 2, 1, 0}));
  EXPECT_EQ(full_grid(500).size(), 501U);
}

}  // namespace
}  // namespace dinas
