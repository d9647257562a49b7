#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <unordered_set>

#include "base/file.h"
#include "support/data.h"
#include "support/spaces.h"

namespace dinas {
namespace {

// The fields of a table from column `first`, `count` of them, joined by single spaces. The tables
// hold no quotes.
std::vector<std::string> column_texts(const std::string& path, std::size_t first,
                                      std::size_t count) {
  std::istringstream lines(read_file(data_folder() + path));
  std::vector<std::string> result;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string text;
    std::string field;
    for (std::size_t i = 0; i < first + count && std::getline(fields, field, ','); ++i) {
      if (i >= first) text += (i == first ? "" : " ") + field;
    }
    result.push_back(text);
  }
  return result;
}

TEST(FileSpaceData, EveryClassOfNasBenchGraphIsARow) {
  DINAS_NEED_DATA();
  const auto space = shipped_space("nasbench_graph.toml");
  EXPECT_EQ(space->columns(), (std::vector<std::string>{"link", "op1", "op2", "op3", "op4"}));
  std::unordered_set<std::uint64_t> classes;
  std::string why;
  for (const auto& text : column_texts("/nas_bench_graph/nas_bench_graph.csv.gz", 1, 5)) {
    const auto a = space->parse(text, why);
    ASSERT_TRUE(a) << text << ": " << why;
    EXPECT_FALSE(space->is_degenerate(*a)) << text;
    classes.insert(space->canonical_class(*a));
  }
  // As many as file_space_test counts over all architectures.
  EXPECT_EQ(classes.size(), 26206U);
}

TEST(FileSpaceData, NasBenchGraphReadsTheProteinsTable) {
  DINAS_NEED_DATA();
  const auto space = shipped_space("nasbench_graph.toml");
  std::string why;
  std::set<Architecture> distinct;
  for (const auto& text : column_texts("/nas_bench_graph/proteins.csv.gz", 1, 5)) {
    const auto a = space->parse(text, why);
    ASSERT_TRUE(a) << text << ": " << why;
    distinct.insert(*a);
  }
  EXPECT_EQ(distinct.size(), 2021U);
}

TEST(FileSpaceData, EnasReadsEveryRow) {
  DINAS_NEED_DATA();
  const auto space = shipped_space("enas.toml");
  std::string why;
  std::size_t rows = 0;
  std::set<Architecture> distinct;
  std::set<std::uint64_t> classes;
  for (const auto& text : column_texts("/enas_dvae/enas6_weight_sharing.csv.gz", 2, 7)) {
    const auto a = space->parse(text, why);
    ASSERT_TRUE(a) << text << ": " << why;
    ++rows;
    distinct.insert(*a);
    classes.insert(space->canonical_class(*a));
  }
  EXPECT_EQ(rows, 20020U);
  EXPECT_EQ(distinct.size(), 20015U);
  EXPECT_EQ(classes.size(), 20015U);
}

}  // namespace
}  // namespace dinas
