// Metrics that the space computes, beside those of the table.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/nan.h"
#include "table/table.h"

namespace dinas {
namespace {

// Operations of the edges 0-1, 0-2, 1-2, 0-3, 1-3, 2-3; 1 skip, 3 conv3x3. Paths: 1, 2, 1.
const Architecture kConv = {0, 0, 0, 3, 0, 0};
const Architecture kTwo = {1, 0, 0, 1, 1, 0};
const Architecture kSkip = {0, 0, 0, 1, 0, 0};

Table two_rows() {
  Table table(find_space("nasbench201"));
  table.add_architecture(kConv);
  table.add_architecture(kTwo);
  table.add_column("paths", "a.csv").values = {7, kNaN};
  table.add_column("acc", "a.csv").values = {90, kNaN};
  return table;
}

TEST(TableValue, IsTheRowsOrWhatTheSpaceComputes) {
  const Table table = two_rows();
  const Column& paths = *table.find_column("paths");
  EXPECT_EQ(table.value(paths, kConv), 7.0);  // the table's own, whatever the space says
  EXPECT_EQ(table.value(paths, kTwo), 2.0);   // missing there
  EXPECT_EQ(table.value(paths, kSkip), 1.0);  // no row
  const Column& acc = *table.find_column("acc");
  EXPECT_EQ(table.value(acc, kConv), 90.0);
  EXPECT_TRUE(std::isnan(table.value(acc, kTwo)));
  EXPECT_TRUE(std::isnan(table.value(acc, kSkip)));
}

TEST(FillComputed, FillsWhatIsMissingAndComputed) {
  Table table = two_rows();
  table.add_architecture(kSkip);
  table.fill_computed();
  EXPECT_EQ(table.find_column("paths")->values, (std::vector<double>{7, 2, 1}));
  EXPECT_TRUE(std::isnan(table.find_column("acc")->values[1]));
  EXPECT_TRUE(std::isnan(table.find_column("acc")->values[2]));
  EXPECT_EQ(table.columns().size(), 2U);  // no column that nobody asked for
}

TEST(ComputedTable, HasOneMemberOfEveryClassWhereRulesForbidTheRest) {
  const auto space = find_space("nasbench101");
  ASSERT_EQ(space->enumerable(), std::nullopt);
  const Table table = computed_table(space);
  EXPECT_EQ(table.rows(), 423624U);  // published for the benchmark: all of its cells
  EXPECT_EQ(table.columns().size(), space->computed_metrics().size());
  const auto& params = table.find_column("params")->values;
  EXPECT_EQ(*std::ranges::max_element(params), 49979274.0);  // of the benchmark's largest network
  EXPECT_EQ(std::ranges::count_if(params, [](double p) { return std::isnan(p); }), 0);
}

}  // namespace
}  // namespace dinas
