#include "table/table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "support/space_test.h"

namespace dinas {
namespace {

constexpr auto kSkipsCell = "|skip_connect~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|";
constexpr auto kConvCell = "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|";
// The class of kConvCell twice more.
constexpr auto kSkipThenConvCell =
    "|skip_connect~0|+|none~0|none~1|+|none~0|nor_conv_3x3~1|none~2|";
constexpr auto kConvThenSkipCell =
    "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|";
constexpr auto kDeadCell = "|none~0|+|none~0|none~1|+|none~0|nor_conv_3x3~1|none~2|";

TEST(Table, RowsAreFoundByArchitecture) {
  Table table(find_space("nasbench201"));
  const Architecture skips = architecture_of(table.space(), kSkipsCell);
  const Architecture dead = architecture_of(table.space(), kDeadCell);
  EXPECT_EQ(table.find(skips), std::nullopt);
  EXPECT_EQ(table.add_architecture(skips), 0U);
  EXPECT_EQ(table.add_architecture(dead), 1U);
  EXPECT_EQ(table.add_architecture(skips), 0U);
  EXPECT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.find(dead), 1U);
  EXPECT_EQ(table.architecture(1), dead);
  EXPECT_FALSE(table.degenerate(0));
  EXPECT_TRUE(table.degenerate(1));
  EXPECT_EQ(table.class_of(0), table.space().canonical_class(skips));
  EXPECT_NE(table.class_of(0), table.class_of(1));
}

TEST(Table, RowsTellOfTheirClassOnceTheyAreLetTo) {
  Table table(find_space("nasbench201"));
  Column& column = table.add_column("accuracy", "f.csv");
  const Architecture before = architecture_of(table.space(), kSkipThenConvCell);
  const Architecture behind = architecture_of(table.space(), kConvThenSkipCell);
  const Architecture other = architecture_of(table.space(), kSkipsCell);
  ASSERT_EQ(table.space().canonical_class(before), table.space().canonical_class(behind));
  table.add_architecture(before);
  column.values[0] = 90.0;
  EXPECT_EQ(table.look_up(before), 0U);
  EXPECT_EQ(table.look_up(behind), std::nullopt);
  EXPECT_TRUE(std::isnan(table.value(column, behind)));
  table.let_rows_tell_of_classes();
  EXPECT_EQ(table.look_up(behind), 0U);
  EXPECT_EQ(table.value(column, behind), 90.0);
  EXPECT_EQ(table.look_up(other), std::nullopt);
  EXPECT_TRUE(std::isnan(table.value(column, other)));
  EXPECT_EQ(table.find(behind), std::nullopt);
}

TEST(Table, OfSeveralRowsOfAClassTheFirstWithAValueTells) {
  Table table(find_space("nasbench201"));
  const auto cell = [&](const char* text) { return architecture_of(table.space(), text); };
  const Architecture direct = cell(kConvCell);
  const Architecture before = cell(kSkipThenConvCell);
  const Architecture behind = cell(kConvThenSkipCell);
  ASSERT_EQ(table.space().canonical_class(direct), table.space().canonical_class(behind));
  table.add_architecture(direct);
  table.add_architecture(before);
  Column& accuracy = table.add_column("accuracy", "f.csv");
  Column& latency = table.add_column("latency", "g.csv");
  accuracy.values[1] = 90.0;
  latency.values = {3.0, 4.0};
  table.let_rows_tell_of_classes();
  // Its own value comes first, then that of a twin.
  EXPECT_EQ(table.value(latency, before), 4.0);
  EXPECT_EQ(table.value(accuracy, direct), 90.0);
  EXPECT_EQ(table.value(accuracy, behind), 90.0);
  EXPECT_EQ(table.value(latency, behind), 3.0);
  EXPECT_EQ(table.look_up(direct), 0U);
  EXPECT_EQ(table.look_up(behind), 0U);
  EXPECT_EQ(table.row_with(accuracy, direct), 1U);
  EXPECT_EQ(table.row_with(latency, before), 1U);
  EXPECT_EQ(table.row_with(latency, cell(kSkipsCell)), std::nullopt);
}

TEST(Table, TheLastOfThreeRowsOfAClassTells) {
  Table table(find_space("nasbench201"));
  for (const char* text : {kConvCell, kSkipsCell, kSkipThenConvCell, kConvThenSkipCell}) {
    table.add_architecture(architecture_of(table.space(), text));
  }
  Column& accuracy = table.add_column("accuracy", "f.csv");
  accuracy.values[3] = 90.0;
  table.let_rows_tell_of_classes();
  EXPECT_EQ(table.value(accuracy, table.architecture(0)), 90.0);
  EXPECT_TRUE(std::isnan(table.value(accuracy, table.architecture(1))));
}

TEST(Table, ManyRowsAreFoundByArchitectureAndClass) {
  Table table(find_space("nasbench201"));
  table.add_column("first", "f.csv");
  table.add_architecture(nth_architecture(table.space().skeleton(), 777));
  std::vector<Architecture> all;
  std::vector<ArchitectureClass> classes;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    all.push_back(nth_architecture(table.space().skeleton(), i));
    classes.push_back(class_of(table.space(), all.back()));
  }
  all.push_back(all[3]);
  classes.push_back(classes[3]);
  const auto rows = table.add_architectures(all, classes);
  ASSERT_EQ(table.rows(), 5000U);
  EXPECT_EQ(rows[777], 0U);
  EXPECT_EQ(rows[3], 4U);
  EXPECT_EQ(rows[5000], 4U);
  EXPECT_EQ(table.columns()[0].values.size(), 5000U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(table.architecture(rows[i]), all[i]);
    EXPECT_EQ(table.find(all[i]), rows[i]);
    std::size_t first = 0;
    while (table.class_of(first) != classes[i].id) ++first;
    EXPECT_EQ(table.find_class(classes[i].id), first);
  }
  EXPECT_FALSE(table.find(nth_architecture(table.space().skeleton(), 5000)));
  EXPECT_FALSE(table.find_class(classes[0].id + 1));
}

TEST(Table, ArchitectureOfAnotherLengthIsABug) {
  Table table(find_space("nasbench201"));
  EXPECT_THROW(table.add_architecture({0, 1}), BugError);
}

TEST(Table, ColumnsGrowWithTheRowsAndKeepTheirPlace) {
  Table table(find_space("nasbench201"));
  table.add_architecture(architecture_of(table.space(), kSkipsCell));
  Column& first = table.add_column("first", "f.csv");
  first.values[0] = 7.0;
  for (int i = 0; i < 100; ++i) table.add_column("other" + std::to_string(i), "f.csv");
  table.add_architecture(architecture_of(table.space(), kConvCell));
  EXPECT_EQ(table.find_column("first"), &first);
  ASSERT_EQ(first.values.size(), 2U);
  EXPECT_EQ(first.values[0], 7.0);
  EXPECT_TRUE(std::isnan(first.values[1]));
  EXPECT_EQ(table.find_column("none such"), nullptr);
}

TEST(Table, RequireColumnPrefersTheTableAndComputesTheRest) {
  Table table(find_space("nasbench201"));
  table.add_architecture(architecture_of(table.space(), kSkipsCell));
  table.add_architecture(architecture_of(table.space(), kConvCell));
  table.add_column("paths", "f.csv").values = {40.0, 41.0};
  EXPECT_EQ(table.require_column("paths").values, (std::vector<double>{40.0, 41.0}));
  const Column& depth = table.require_column("conv_depth");
  EXPECT_EQ(depth.file, "computed");
  EXPECT_EQ(depth.values, (std::vector<double>{0.0, 1.0}));
  EXPECT_EQ(&table.require_column("conv_depth"), &depth);
}

TEST(Table, UnknownMetricNamesTheNearest) {
  Table table(find_space("nasbench201"));
  table.add_architecture(architecture_of(table.space(), kSkipsCell));
  table.add_column("fpga_latency_ms", "f.csv");
  table.add_column("accuracy", "f.csv");
  try {
    table.require_column("fpga_latency");
    FAIL() << "no error";
  } catch (const UsageError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("unknown metric 'fpga_latency'"), std::string::npos) << text;
    EXPECT_NE(text.find("the nearest names are fpga_latency_ms, "), std::string::npos) << text;
  }
  EXPECT_THROW(table.require_column(""), UsageError);
}

TEST(Table, TextColumnAskedForByNameIsAnErrorWithTheLine) {
  Table table(find_space("nasbench201"));
  table.add_text_column({"note", "f.csv", 12, "todo"});
  try {
    table.require_column("note");
    FAIL() << "no error";
  } catch (const UsageError&) {
    FAIL() << "a bad cell is no usage error";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(text.find("f.csv:12: column 'note'"), 0U) << text;
    EXPECT_NE(text.find("'todo'"), std::string::npos) << text;
  }
}

TEST(ComputedTable, ListsTheWholeSpaceWithEveryComputedMetric) {
  const auto space = find_space("nasbench201");
  const Table table = computed_table(space);
  ASSERT_EQ(table.rows(), 15625U);
  ASSERT_EQ(table.columns().size(), space->computed_metrics().size());
  for (const std::size_t row : {std::size_t{0}, std::size_t{777}, std::size_t{15624}}) {
    EXPECT_EQ(table.architecture(row), nth_architecture(space->skeleton(), row));
    for (std::size_t m = 0; m < table.columns().size(); ++m) {
      EXPECT_EQ(table.columns()[m].name, space->computed_metrics()[m].name);
      EXPECT_EQ(table.columns()[m].values[row], space->compute(m, table.architecture(row)));
    }
  }
}

}  // namespace
}  // namespace dinas
