// The space against the recipes of the benchmark's WikiText-2 part.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "space/nasbench_nlp.h"
#include "support/data.h"

namespace dinas {
namespace {

using Row = std::vector<std::string>;

// The table as text, read without src/table, which lies above this folder. Fields may be quoted,
// without line ends in them.
std::vector<Row> read_rows() {
  const std::string text = read_file(data_folder() + "/nas_bench_nlp/wikitext2.csv.gz");
  std::vector<Row> rows(1);
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text.compare(i, 2, "\"\"") == 0) {
      field += text[i++];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (quoted || (text[i] != ',' && text[i] != '\n')) {
      field += text[i];
    } else {
      rows.back().push_back(std::exchange(field, ""));
      if (text[i] == '\n') rows.emplace_back();
    }
  }
  rows.pop_back();
  return rows;
}

class NasBenchNlpData : public testing::Test {
 protected:
  void SetUp() override {
    DINAS_NEED_DATA();
    rows_ = read_rows();
    for (std::size_t c = 0; c < rows_[0].size(); ++c) columns_[rows_[0][c]] = c;
    rows_.erase(rows_.begin());
    ASSERT_EQ(rows_.size(), 345U);
    for (const Row& row : rows_) {
      std::string why;
      cells_.push_back(space_->parse(row.at(columns_.at("recipe_json")), why));
      if (!cells_.back()) reasons_.push_back(why);
    }
  }

  std::shared_ptr<const Space> space_ = make_nasbench_nlp();
  std::vector<Row> rows_;
  std::map<std::string, std::size_t> columns_;
  std::vector<std::optional<Architecture>> cells_;
  std::vector<std::string> reasons_;
};

TEST_F(NasBenchNlpData, OnlySizeKeepsRecipesOut) {
  EXPECT_EQ(reasons_.size(), 78U);
  for (const std::string& why : reasons_) {
    EXPECT_TRUE(why.ends_with(" operation nodes: at most 9 fit")) << why;
  }
}

// What a node computes, every operand written out.
std::string spelt(const nlohmann::json& recipe, const std::string& name) {
  if (!recipe.contains(name)) return name;
  std::string result = recipe[name]["op"].get<std::string>() + "(";
  for (const auto& operand : recipe[name]["input"]) {
    result += spelt(recipe, operand.get<std::string>()) + " ";
  }
  return result + ")";
}

// The hidden states by name, and what all nodes compute.
std::pair<std::map<std::string, std::string>, std::multiset<std::string>> meaning(
    const nlohmann::json& recipe) {
  std::pair<std::map<std::string, std::string>, std::multiset<std::string>> result;
  for (const auto& [name, node] : recipe.items()) {
    const std::string text = spelt(recipe, name);
    if (name.size() == 7 && name.starts_with("h_new_")) result.first[name] = text;
    result.second.insert(text);
  }
  return result;
}

TEST_F(NasBenchNlpData, RecipesKeepTheirMeaning) {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!cells_[i]) continue;
    auto recipe = nlohmann::json::parse(rows_[i].at(columns_.at("recipe_json")));
    if (recipe.is_string()) recipe = nlohmann::json::parse(recipe.get<std::string>());
    const auto printed = nlohmann::json::parse(space_->print(*cells_[i]));
    ASSERT_EQ(meaning(printed), meaning(recipe)) << "recipe " << rows_[i][0];
  }
}

TEST_F(NasBenchNlpData, RecipesSurviveTheRoundTrip) {
  std::string why;
  for (const auto& cell : cells_) {
    if (!cell) continue;
    ASSERT_TRUE(is_valid(space_->skeleton(), *cell));
    ASSERT_EQ(space_->parse(space_->print(*cell), why), cell) << why;
  }
}

TEST_F(NasBenchNlpData, ParametersEqualTheTable) {
  ASSERT_EQ(space_->computed_metrics()[0].name, "num_params");
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!cells_[i]) continue;
    const double expected = std::stod(rows_[i].at(columns_.at("num_params")));
    EXPECT_EQ(space_->compute(0, *cells_[i]), expected) << "recipe " << rows_[i][0];
  }
}

// Recipes that differ in the order of nodes or operands only are drawn more than once.
TEST_F(NasBenchNlpData, TheRecipesHave199Classes) {
  std::set<std::uint64_t> classes;
  std::set<Architecture> distinct;
  for (const auto& cell : cells_) {
    if (!cell) continue;
    distinct.insert(*cell);
    classes.insert(space_->canonical_class(*cell));
  }
  EXPECT_EQ(distinct.size(), 211U);
  EXPECT_EQ(classes.size(), 199U);
}

}  // namespace
}  // namespace dinas
