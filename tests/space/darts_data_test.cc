// The space against the genotypes of published searches and the costs of a measured table.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "space/darts.h"
#include "space/table_text.h"
#include "support/data.h"
#include "support/space_test.h"

namespace dinas {
namespace {

// The fields of the columns of the space, joined as a table loader does.
std::string spelled(const Rows& rows, std::size_t row) {
  return rows.cell(row, "normal") + " " + rows.cell(row, "reduce");
}

class DartsData : public SpaceTest {
 protected:
  DartsData() : SpaceTest(make_darts()) {}
  void SetUp() override { DINAS_NEED_DATA(); }
};

// The entries as operation~input, the two of a node in alphabetical order.
std::vector<std::string> node_by_node(std::vector<std::string> entries) {
  for (std::size_t i = 0; i + 1 < entries.size(); i += 2) {
    if (entries[i] > entries[i + 1]) std::swap(entries[i], entries[i + 1]);
  }
  return entries;
}

// The entries of an official text, by its parentheses.
std::vector<std::string> entries_of(const std::string& genotype) {
  std::vector<std::string> entries;
  for (std::size_t at = genotype.find("('"); at != std::string::npos;
       at = genotype.find("('", at + 1)) {
    const std::size_t quote = genotype.find('\'', at + 2);
    entries.push_back(genotype.substr(at + 2, quote - at - 2) + "~" + genotype.at(quote + 3));
  }
  return entries;
}

std::string official_cell(const std::string& column) {
  std::vector<std::string> entries;
  for (const std::string& entry : split(column, ' ')) {
    const auto parts = split(entry, '~');
    entries.push_back(fmt::format("('{}', {})", parts.at(0), parts.at(1)));
  }
  return fmt::format("[{}]", fmt::join(entries, ", "));
}

TEST_F(DartsData, NamedGenotypesSurviveTheRoundTrip) {
  const Rows rows("/darts_genotypes/genotypes.csv.gz");
  ASSERT_EQ(rows.size(), 154U);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string text = spelled(rows, row);
    const Architecture a = parse(text);
    const std::string printed = space_->print(a);
    ASSERT_EQ(parse(printed), a);
    ASSERT_EQ(node_by_node(entries_of(printed)), node_by_node(split(text, ' ')));
    const auto concat = [&](const char* column) {
      return fmt::format("[{}]", fmt::join(split(rows.cell(row, column), ' '), ", "));
    };
    ASSERT_EQ(
        parse(fmt::format("Genotype(normal={}, normal_concat={}, reduce={}, reduce_concat={})",
                          official_cell(rows.cell(row, "normal")), concat("normal_concat"),
                          official_cell(rows.cell(row, "reduce")), concat("reduce_concat"))),
        a);
    ASSERT_FALSE(space_->is_degenerate(a));
  }
}

// Counts in millions that the authors of the searches publish with two decimals or one.
TEST_F(DartsData, PublishedParameterCounts) {
  const Rows rows("/darts_genotypes/genotypes.csv.gz");
  const auto millions = [&](const std::string& name, std::size_t metric) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows.cell(row, "name") == name) return space_->compute(metric, parse(spelled(rows, row)));
    }
    throw Error("no genotype " + name);
  };
  ASSERT_EQ(space_->computed_metrics()[0].name, "params_m");
  ASSERT_EQ(space_->computed_metrics()[3].name, "imagenet_params_m");
  EXPECT_NEAR(millions("DARTS_V2", 0), 3.3, 0.05);
  EXPECT_NEAR(millions("DARTS_V2", 3), 4.7, 0.05);
  EXPECT_NEAR(millions("PDARTS", 0), 3.4, 0.05);
  EXPECT_NEAR(millions("PDARTS", 3), 4.9, 0.05);
  EXPECT_NEAR(millions("PCDARTS_C10", 0), 3.6, 0.05);
  EXPECT_NEAR(millions("PCDARTS_C10", 3), 5.3, 0.05);
  EXPECT_NEAR(millions("PCDARTS_IN1K", 3), 5.3, 0.05);
}

// Equal as numbers, so that the columns of the table and the metrics of the same name are one.
TEST_F(DartsData, ParamsAndFlopsEqualTheTable) {
  const Rows rows("/darts_bench_oncenas/darts_cifar10.csv.gz");
  ASSERT_EQ(rows.size(), 545U);
  std::size_t compared = 0;
  for (std::size_t m = 0; m < space_->computed_metrics().size(); ++m) {
    const std::string& name = space_->computed_metrics()[m].name;
    if (name != "params_m" && name != "flops_m") continue;
    ++compared;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      ASSERT_EQ(space_->compute(m, parse(spelled(rows, row))), rows.number(row, name))
          << name << " of row " << row;
    }
  }
  EXPECT_EQ(compared, 2U);
}

}  // namespace
}  // namespace dinas
