#include "graph/assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "base/random.h"

namespace dinas {
namespace {

using Costs = std::vector<std::vector<int>>;

/// Over all assignments that give `row` the column `column`, where that is one.
int brute_force(const Costs& costs, std::size_t row, std::size_t column) {
  std::vector<std::size_t> order(costs.front().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  int best = std::numeric_limits<int>::max();
  do {
    if (order[row] != column) continue;
    int total = 0;
    for (std::size_t r = 0; r < costs.size(); ++r) total += costs[r][order[r]];
    best = std::min(best, total);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

TEST(Assignment, ByHand) {
  Assignment assignment;
  const Costs costs = {{1, 2, 9}, {1, 5, 9}};
  for (std::size_t r = 0; r < 2; ++r) {
    for (std::size_t c = 0; c < 3; ++c) assignment.cost(r, c) = costs[r][c];
  }
  EXPECT_EQ(assignment.solve(2, 3), 3);
  EXPECT_EQ(assignment.column_of(0), 1U);
  EXPECT_EQ(assignment.column_of(1), 0U);
  EXPECT_EQ(assignment.solve(0, 3), 0);
}

TEST(Assignment, AgreesWithAllAssignments) {
  RandomStream stream(1, Purpose::kCheck);
  Assignment assignment;
  for (int i = 0; i < 500; ++i) {
    const std::size_t columns = 1 + stream.below(5);
    const std::size_t rows = 1 + stream.below(static_cast<std::uint32_t>(columns));
    Costs costs(rows, std::vector<int>(columns));
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        costs[r][c] = static_cast<int>(stream.below(12)) - 6;
        assignment.cost(r, c) = costs[r][c];
      }
    }
    const int total = assignment.solve(rows, columns);
    int sum = 0;
    for (std::size_t r = 0; r < rows; ++r) {
      sum += costs[r][assignment.column_of(r)];
      ASSERT_EQ(assignment.rise(r, assignment.column_of(r)), 0);
      ASSERT_EQ(brute_force(costs, r, assignment.column_of(r)), total);
      for (std::size_t c = 0; c < columns; ++c) {
        ASSERT_GE(assignment.rise(r, c), 0);
        ASSERT_LE(total + assignment.rise(r, c), brute_force(costs, r, c));
      }
    }
    ASSERT_EQ(sum, total);
  }
}

}  // namespace
}  // namespace dinas
