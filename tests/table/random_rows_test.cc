#include "table/random_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "support/space_test.h"
#include "support/spaces.h"

namespace dinas {
namespace {

std::vector<Architecture> rows_of(const Table& table) {
  std::vector<Architecture> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) rows.push_back(table.architecture(row));
  return rows;
}

std::vector<Architecture> random_rows(const std::string& space, std::uint64_t count,
                                      std::uint64_t seed) {
  Table table(find_space(space));
  add_random_architectures(table, count, seed);
  return rows_of(table);
}

class RandomRows : public testing::TestWithParam<std::string> {};

TEST_P(RandomRows, AreDistinctArchitecturesAsManyAsAskedFor) {
  const auto rows = random_rows(GetParam(), 500, 3);
  const auto space = find_space(GetParam());
  EXPECT_EQ(rows.size(), 500U);
  EXPECT_EQ(std::set<Architecture>(rows.begin(), rows.end()).size(), 500U);
  for (const Architecture& a : rows) ASSERT_TRUE(is_valid(space->skeleton(), a));
}

TEST_P(RandomRows, DependOnTheSeedAlone) {
  const auto rows = random_rows(GetParam(), 200, 3);
  EXPECT_EQ(rows, random_rows(GetParam(), 200, 3));
  EXPECT_NE(rows, random_rows(GetParam(), 200, 4));
  // Fewer are the first of more.
  const auto fewer = random_rows(GetParam(), 50, 3);
  EXPECT_TRUE(std::equal(fewer.begin(), fewer.end(), rows.begin()));
}

INSTANTIATE_TEST_SUITE_P(Spaces, RandomRows,
                         testing::Values("darts", "nasbench101", "nasbench201", "nasbench_nlp"));

TEST(RandomRowsOfAListedSpace, AreOneOfEachClassAndAllOfThemAtMost) {
  const auto space = find_space("nasbench201");
  for (const std::uint64_t count : {1000U, 6466U, 10000U}) {
    std::set<std::uint64_t> classes;
    const auto rows = random_rows("nasbench201", count, 1);
    for (const Architecture& a : rows) classes.insert(space->canonical_class(a));
    EXPECT_EQ(rows.size(), std::min<std::uint64_t>(count, 6466));
    EXPECT_EQ(classes.size(), rows.size());
  }
}

// 1,000 of the 6,466 classes for each of 60 seeds, every class as often as any other: the counts'
// variance is 60 p (1 - p) with p = 1000 / 6466. Its estimate has a relative sd of 1.8 %; six of
// them.
TEST(RandomRowsOfAListedSpace, AreUniformOverTheClasses) {
  constexpr int kSeeds = 60;
  std::map<Architecture, int> counts;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    for (const Architecture& a : random_rows("nasbench201", 1000, seed)) ++counts[a];
  }
  const double p = 1000.0 / 6466.0;
  const double mean = kSeeds * p;
  double squares = (6466.0 - static_cast<double>(counts.size())) * mean * mean;
  for (const auto& [a, count] : counts) squares += (count - mean) * (count - mean);
  EXPECT_NEAR(squares / 6466.0 / (mean * (1 - p)), 1.0, 0.11);
}

TEST(RandomRowsBesideATable, FillComputedColumnsAndLeaveMeasuredOnesMissing) {
  Table table(find_space("darts"));
  const auto known = random_rows("darts", 3, 3);
  for (const Architecture& a : {known[0], known[2]}) table.add_architecture(a);
  table.add_column("acc", "a.csv").values = {90, 91};
  table.require_column("params_m");
  add_random_architectures(table, 20, 3);
  ASSERT_EQ(table.rows(), 22U);  // what the table has already is no new one
  EXPECT_EQ(table.architecture(2), known[1]);
  const auto& acc = table.find_column("acc")->values;
  EXPECT_EQ(acc[0], 90.0);
  EXPECT_EQ(acc[1], 91.0);
  const auto& params = table.find_column("params_m")->values;
  for (std::size_t row = 2; row < 22; ++row) {
    EXPECT_TRUE(std::isnan(acc[row]));
    EXPECT_EQ(params[row], metric_of(table.space(), "params_m", table.architecture(row)));
  }
}

// Three architectures: rules forbid the fourth combination.
TEST(RandomRowsOfASmallSpace, AreAllOfIt) {
  const auto space = space_of(R"(
[labels]
op = ["a", "b"]
[[node]]
name = "in"
[[node]]
name = "x"
labels = "op"
chain = true
[[node]]
name = "y"
labels = "op"
chain = true
[[forbid]]
x = "a"
y = "b"
)");
  Table table(space);
  add_random_architectures(table, 100, 0);
  EXPECT_EQ(table.rows(), 3U);
  add_random_architectures(table, 100, 1);
  EXPECT_EQ(table.rows(), 3U);
}

}  // namespace
}  // namespace dinas
