// Tables that spell an architecture over several columns.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "support/temp.h"
#include "table/table.h"

namespace dinas {
namespace {

using Kind = TableNotice::Kind;
using Values = std::vector<double>;

// input -> conv3x3 -> output as adj_upper (01, 02, .., 06, 12, .., 56) and labels.
const std::string kConvColumns = "100000100000000000000,1,3,5,0,0,0,0";
const std::string kPoolColumns = "100000100000000000000,1,4,5,0,0,0,0";
const std::string kConvText =
    R"({"matrix":[[0,1,0],[0,0,1],[0,0,0]],"ops":["input","conv3x3-bn-relu","output"]})";
const std::string kCsvConvText =
    R"("{""matrix"":[[0,1,0],[0,0,1],[0,0,0]],""ops"":[""input"",""conv3x3-bn-relu"",""output""]}")";

const std::string kCell =
    "sep_conv_3x3~0 none~1 skip_connect~0 sep_conv_3x3~2 max_pool_3x3~0 avg_pool_3x3~3 "
    "sep_conv_5x5~3 dil_conv_3x3~4";
// The same with the two inputs of the first node exchanged.
const std::string kTurned =
    "none~1 sep_conv_3x3~0 skip_connect~0 sep_conv_3x3~2 max_pool_3x3~0 avg_pool_3x3~3 "
    "sep_conv_5x5~3 dil_conv_3x3~4";

class SeveralColumns : public testing::Test {
 protected:
  Table load(const std::string& space, const std::string& text) {
    write_file(folder_.file("t.csv"), text);
    return load_tables({folder_.file("t.csv")}, find_space(space));
  }
  std::string error_of(const std::string& space, const std::string& text) {
    try {
      load(space, text);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  TempFolder folder_;
};

TEST_F(SeveralColumns, NasBench101) {
  const Table table = load("nasbench101", "row,adj_upper,v1,v2,v3,v4,v5,v6,v7,energy\n0," +
                                              kConvColumns + ",0.5\n1," + kPoolColumns + ",0.25\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_TRUE(table.notices().empty());
  std::string why;
  EXPECT_EQ(table.architecture(0), table.space().parse(kConvText, why)) << why;
  // What spells the cell is no metric.
  ASSERT_EQ(table.columns().size(), 2U);
  EXPECT_EQ(table.columns()[0].name, "row");
  EXPECT_EQ(table.find_column("energy")->values, (Values{0.5, 0.25}));
}

TEST_F(SeveralColumns, OrderAndPlaceOfTheColumnsAreFree) {
  const Table table = load("nasbench101",
                           "energy,v7,v6,v5,v4,v3,v2,v1,adj_upper\n"
                           "0.5,0,0,0,0,5,3,1,100000100000000000000\n");
  ASSERT_EQ(table.rows(), 1U);
  std::string why;
  EXPECT_EQ(table.architecture(0), table.space().parse(kConvText, why)) << why;
}

TEST_F(SeveralColumns, Darts) {
  const Table table =
      load("darts", "id,normal,reduce,acc\na," + kCell + "," + kCell + ",91\nb," + kCell +
                        ",not a cell,92\nc," + kTurned + "," + kCell + ",93\n");
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(table.find_column("acc")->values, Values{91});
  EXPECT_EQ(table.find_column("normal"), nullptr);
  ASSERT_EQ(table.notices().size(), 2U);
  EXPECT_EQ(table.notices()[0].kind, Kind::kUnknownNotation);
  EXPECT_EQ(table.notices()[0].line, 3U);
  // The order of a node's inputs does not matter.
  EXPECT_EQ(table.notices()[1].kind, Kind::kDuplicate);
  EXPECT_EQ(table.notices()[1].line, 4U);
}

TEST_F(SeveralColumns, SomeOfTheColumnsSpellNothing) {
  const std::string darts = error_of("darts", "normal,acc\n" + kCell + ",91\n");
  EXPECT_NE(darts.find("t.csv: expected a column with architectures in the notation of darts"),
            std::string::npos)
      << darts;
  EXPECT_NE(darts.find("line 2, column 'normal'"), std::string::npos) << darts;
  const std::string cells = error_of(
      "nasbench101", "adj_upper,v1,v2,v3,v4,v5,v6,acc\n100000100000000000000,1,3,5,0,0,0,91\n");
  EXPECT_NE(cells.find("expected a column with architectures"), std::string::npos) << cells;
}

TEST_F(SeveralColumns, BesideAColumnInTheNotationSomeOfTheColumnsAreNumbers) {
  const Table table = load("nasbench101", "v1,cell,acc\n7," + kCsvConvText + ",91\n");
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(table.space().print(table.architecture(0)), kConvText);
  EXPECT_EQ(table.find_column("v1")->values, Values{7});
}

}  // namespace
}  // namespace dinas
