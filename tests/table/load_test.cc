// Loading and joining small files; the real tables are in benchmark_test.cc.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "support/temp.h"
#include "table/cells.h"
#include "table/table.h"

namespace dinas {
namespace {

const std::string kC = "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|";
const std::string kBad = "|none~0|+|none~0|none~1|+|conv_7x7~0|none~1|none~2|";

using Kind = TableNotice::Kind;
using Values = std::vector<double>;

class LoadTables : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    write_file(folder_.file(name), text);
    return folder_.file(name);
  }
  Table load(const std::string& text) { return load_tables({write("t.csv", text)}, space_); }

  // Text of the Error, with the folder of the files left out.
  std::string error_of(const std::vector<std::string>& specs) {
    try {
      load_tables(specs, space_);
    } catch (const Error& error) {
      return without_folder(error.what());
    }
    return "no error";
  }
  std::string error_of_text(const std::string& text) { return error_of({write("t.csv", text)}); }

  std::string without_folder(std::string text) {
    const std::string folder = folder_.path() + "/";
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }

  TempFolder folder_;
  std::shared_ptr<const Space> space_ = find_space("nasbench201");
};

TEST_F(LoadTables, ArchitectureColumnIsFoundByItsCells) {
  const Table table = load("index,acc,cell\n0,90.5," + kA + "\n1,91.25," + kB + "\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(space_->print(table.architecture(0)), kA);
  EXPECT_EQ(space_->print(table.architecture(1)), kB);
  ASSERT_EQ(table.columns().size(), 2U);
  EXPECT_EQ(table.columns()[0].name, "index");
  EXPECT_EQ(table.columns()[0].values, (Values{0, 1}));
  EXPECT_EQ(table.columns()[1].name, "acc");
  EXPECT_EQ(table.columns()[1].values, (Values{90.5, 91.25}));
  EXPECT_EQ(table.columns()[1].file, folder_.file("t.csv"));
  EXPECT_TRUE(table.notices().empty());
}

TEST_F(LoadTables, ArchitectureColumnNeedsAMajorityOfItsFirstCells) {
  // One architecture among notes does not make them the architecture column; empty cells count for
  // nothing.
  const Table table =
      load("note,cell,twin\n,,\n" + kA + "," + kB + "," + kC + "\nx," + kC + "," + kA + "\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(space_->print(table.architecture(0)), kB);
  EXPECT_EQ(space_->print(table.architecture(1)), kC);
  // Just the first 20 are looked at.
  std::string text = "cell\n";
  for (int i = 0; i < 20; ++i) text += "x\n";
  for (int i = 0; i < 30; ++i) text += kA + "\n";
  EXPECT_EQ(error_of_text(text),
            "t.csv: expected a column with architectures in the notation of nasbench201, found "
            "none (line 2, column 'cell', 'x': expected '|' at character 1)");
}

TEST_F(LoadTables, MissingValuesInEverySpelling) {
  const Table table =
      load("cell,a,b,c\n" + kA + ",,nan,N/A\n" + kB + ",NA,NaN, n/a \n" + kC + ",1,+2.5e-1,-3\n");
  for (const Column& column : table.columns()) {
    EXPECT_TRUE(std::isnan(column.values[0])) << column.name;
    EXPECT_TRUE(std::isnan(column.values[1])) << column.name;
  }
  EXPECT_EQ(table.columns()[0].values[2], 1.0);
  EXPECT_EQ(table.columns()[1].values[2], 0.25);
  EXPECT_EQ(table.columns()[2].values[2], -3.0);
  EXPECT_TRUE(table.notices().empty());
}

TEST_F(LoadTables, InfiniteValueIsAnErrorWithTheLine) {
  for (const std::string cell : {"inf", "-Infinity", "+inf", "1e999"}) {
    EXPECT_EQ(error_of_text("cell,acc\n" + kA + ",1\n" + kB + "," + cell + "\n"),
              "t.csv:3: expected a finite number in column 'acc', found '" + cell +
                  "'; leave the cell empty if the value is missing");
  }
}

TEST_F(LoadTables, WrongNumberOfFieldsIsAnErrorWithTheLine) {
  EXPECT_EQ(error_of_text("cell,acc\n" + kA + ",1\n\n" + kB + "\n"),
            "t.csv:4: expected 2 fields as in the header, found 1");
  EXPECT_EQ(error_of_text("cell,acc\n" + kA + ",1,2\n"),
            "t.csv:2: expected 2 fields as in the header, found 3");
}

TEST_F(LoadTables, FilesWithoutContent) {
  EXPECT_EQ(error_of_text(""),
            "t.csv: expected a header line with column names, found an empty file");
  EXPECT_EQ(error_of_text("cell,acc\n"), "t.csv: expected rows below the header, found none");
  EXPECT_EQ(error_of_text("a,b\n1,2\n"),
            "t.csv: expected a column with architectures in the notation of nasbench201, found "
            "none");
  EXPECT_EQ(error_of({folder_.file("absent.csv")}),
            "cannot read absent.csv: No such file or directory");
}

TEST_F(LoadTables, ColumnTwiceInOneFileIsAnError) {
  EXPECT_EQ(error_of_text("cell,acc,acc\n" + kA + ",1,1\n"),
            "t.csv:1: expected every column once, found 'acc' twice; rename one");
}

TEST_F(LoadTables, ColumnsWithoutANameAreNoMetrics) {
  const Table table = load(",cell,,acc\n0," + kA + ",5,1\n");
  ASSERT_EQ(table.columns().size(), 1U);
  EXPECT_EQ(table.columns()[0].name, "acc");
}

TEST_F(LoadTables, FirstOfRepeatedArchitecturesWins) {
  const Table table = load("cell,acc\n" + kA + ",1\n" + kB + ",2\n" + kA + ",3\n" + kB + ",2\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.columns()[0].values, (Values{1, 2}));
  ASSERT_EQ(table.notices().size(), 2U);
  EXPECT_EQ(table.notices()[0].kind, Kind::kDuplicate);
  EXPECT_EQ(table.notices()[0].file, folder_.file("t.csv"));
  EXPECT_EQ(table.notices()[0].line, 4U);
  EXPECT_EQ(without_folder(table.notices()[0].text),
            "t.csv:4: row left out, its architecture is already on line 2");
  EXPECT_EQ(without_folder(table.notices()[1].text),
            "t.csv:5: row left out, its architecture is already on line 3");
}

TEST_F(LoadTables, RowInUnknownNotationIsLeftOut) {
  const Table table =
      load("cell,acc\n" + kA + ",1\n" + kBad + ",not even a number\n" + kB + ",3\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.columns().at(0).values, (Values{1, 3}));
  ASSERT_EQ(table.notices().size(), 1U);
  EXPECT_EQ(table.notices()[0].kind, Kind::kUnknownNotation);
  EXPECT_EQ(table.notices()[0].line, 3U);
  EXPECT_EQ(without_folder(table.notices()[0].text),
            "t.csv:3: row left out, '" + kBad +
                "' is no architecture of nasbench201: unknown operation 'conv_7x7' at character "
                "27");
}

TEST_F(LoadTables, TextColumnIsNoMetricAndNobodyIsToldUnlessTheyAsk) {
  Table table = load("cell,note,acc\n" + kA + ",,1\n" + kB + ",\"good, fast\",2\n");
  EXPECT_EQ(table.columns().size(), 1U);
  EXPECT_TRUE(table.notices().empty());
  try {
    table.require_column("note");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(without_folder(error.what()),
              "t.csv:3: column 'note' is no metric: expected a number, found 'good, fast'; correct "
              "the cell or leave it empty if the value is missing");
  }
}

TEST_F(LoadTables, ColumnWithSomeNumbersIsNoMetricWithANotice) {
  for (const std::string cell : {"12ms", "1,5", "0x10", "+-1", "inf inf"}) {
    Table table = load("cell,acc\n" + kA + ",1\n" + kB + ",\"" + cell + "\"\n" + kC + ",bad\n");
    EXPECT_EQ(table.find_column("acc"), nullptr) << cell;
    ASSERT_EQ(table.notices().size(), 1U) << cell;
    EXPECT_EQ(table.notices()[0].kind, Kind::kNotNumeric);
    EXPECT_EQ(table.notices()[0].line, 3U);
    EXPECT_EQ(without_folder(table.notices()[0].text),
              "t.csv:3: column 'acc' is no metric, expected a number, found '" + cell + "'");
    EXPECT_THROW(table.require_column("acc"), Error);
  }
}

TEST_F(LoadTables, FilesAreJoinedOnTheArchitecture) {
  const Table table = load_tables({write("a.csv", "cell,acc\n" + kA + ",1\n" + kB + ",2\n"),
                                   write("b.csv", "ms,arch\n20," + kB + "\n30," + kC + "\n")},
                                  space_);
  ASSERT_EQ(table.rows(), 3U);
  EXPECT_EQ(space_->print(table.architecture(2)), kC);
  ASSERT_EQ(table.columns().size(), 2U);
  const Values& acc = table.find_column("acc")->values;
  const Values& ms = table.find_column("ms")->values;
  EXPECT_EQ(acc[0], 1.0);
  EXPECT_EQ(acc[1], 2.0);
  EXPECT_TRUE(std::isnan(acc[2]));
  EXPECT_TRUE(std::isnan(ms[0]));
  EXPECT_EQ(ms[1], 20.0);
  EXPECT_EQ(ms[2], 30.0);
}

TEST_F(LoadTables, EqualColumnsOfTwoFilesAreMergedWithANotice) {
  const std::string a = write("a.csv", "cell,x\n" + kA + ",1\n" + kB + ",\n");
  const std::string b = write("b.csv", "cell,x,y\n" + kB + ",,5\n" + kA + ",1.0,6\n");
  const Table table = load_tables({a, b}, space_);
  ASSERT_EQ(table.columns().size(), 2U);
  EXPECT_EQ(table.find_column("x")->file, a);
  EXPECT_EQ(table.find_column("y")->values, (Values{6, 5}));
  ASSERT_EQ(table.notices().size(), 1U);
  EXPECT_EQ(table.notices()[0].kind, Kind::kMergedColumn);
  EXPECT_EQ(table.notices()[0].file, b);
  EXPECT_EQ(without_folder(table.notices()[0].text),
            "b.csv: column 'x' is the same as in a.csv, kept once");
}

TEST_F(LoadTables, DifferentColumnsOfOneNameAreAnErrorWithTheRemedy) {
  const std::string a = write("a.csv", "cell,x\n" + kA + ",1\n" + kB + ",2\n");
  EXPECT_EQ(error_of({a, write("b.csv", "cell,x\n" + kA + ",1\n" + kB + ",2.5\n")}),
            "column 'x' is in a.csv and in b.csv with different values (2 and 2.5 for " + kB +
                "); give one file a prefix: PREFIX=b.csv");
  // Values for other architectures are different values, in either direction.
  EXPECT_NE(error_of({a, write("b.csv", "cell,x\n" + kA + ",1\n")}), "no error");
  EXPECT_NE(error_of({write("b.csv", "cell,x\n" + kA + ",1\n"), a}), "no error");
}

TEST_F(LoadTables, PrefixKeepsColumnsApart) {
  const std::string a = write("a.csv", "cell,x\n" + kA + ",1\n");
  const std::string b = write("b.csv", "cell,x\n" + kA + ",2\n");
  const Table table = load_tables({a, "dev=" + b}, space_);
  ASSERT_EQ(table.columns().size(), 2U);
  EXPECT_EQ(table.find_column("x")->values, Values{1});
  EXPECT_EQ(table.find_column("dev.x")->values, Values{2});
}

TEST_F(LoadTables, EqualsSignInThePathOfAFileIsNoPrefix) {
  const std::string plain = write("p=q.csv", "cell,x\n" + kA + ",1\n");
  EXPECT_NE(load_tables({plain}, space_).find_column("x"), nullptr);
  EXPECT_NE(load_tables({"dev=" + plain}, space_).find_column("dev.x"), nullptr);
}

TEST_F(LoadTables, SpecsThatNameNoFile) {
  EXPECT_THROW(load_tables({}, space_), UsageError);
  EXPECT_THROW(load_tables({"=t.csv"}, space_), UsageError);
  EXPECT_THROW(load_tables({"dev="}, space_), UsageError);
}

TEST_F(LoadTables, WindowsFileWithQuotesAndByteOrderMark) {
  const Table table = load("\xEF\xBB\xBF\"cell\", acc \r\n\"" + kA + "\",\"1.5\"\r\n\r\n");
  ASSERT_NE(table.find_column("acc"), nullptr);
  EXPECT_EQ(table.find_column("acc")->values, Values{1.5});
}

}  // namespace
}  // namespace dinas
