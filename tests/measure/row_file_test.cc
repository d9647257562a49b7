#include "measure/row_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <limits>

#include "base/error.h"
#include "base/file.h"
#include "support/temp.h"

namespace dinas {
namespace {

constexpr const char* kSettings = R"({"images": 10, "seed": 0})";

class RowFileTest : public testing::Test {
 protected:
  RowFile open(const std::string& settings = kSettings) {
    return RowFile(file_, space_, {"accuracy", "latency_ms"}, settings);
  }
  Architecture cell(std::uint64_t index) const {
    return nth_architecture(space_->skeleton(), index);
  }
  std::string line(std::uint64_t index, const std::string& values) const {
    return space_->print(cell(index)) + "," + values + "\n";
  }

  std::shared_ptr<const Space> space_ = find_space("nasbench201");
  TempFolder folder_;
  std::string file_ = folder_.file("rows.csv");
  const std::string header_ = "architecture,accuracy,latency_ms\n";
};

TEST_F(RowFileTest, RowsAreThereAsSoonAsTheyAreAppended) {
  RowFile rows = open();
  EXPECT_EQ(read_file(file_), header_);
  rows.append(cell(7), {0.5, 2.25});
  EXPECT_EQ(read_file(file_), header_ + line(7, "0.5,2.25"));
  EXPECT_EQ(rows.row(cell(7)), std::vector({0.5, 2.25}));
  EXPECT_EQ(rows.row(cell(8)), std::nullopt);
}

TEST_F(RowFileTest, WhatFailedIsAnEmptyCell) {
  RowFile rows = open();
  rows.append(cell(1), {std::numeric_limits<double>::quiet_NaN(), 3.0});
  EXPECT_EQ(read_file(file_), header_ + line(1, ",3"));
}

TEST_F(RowFileTest, IsContinuedAndSorted) {
  open().append(cell(5), {0.1, 1.0});
  RowFile rows = open();
  EXPECT_EQ(rows.row(cell(5)), std::vector({0.1, 1.0}));
  rows.append(cell(9), {0.9, 9.0});
  rows.append(cell(3), {0.3, 3.0});
  rows.finish({cell(3), cell(4), cell(5)});
  EXPECT_EQ(read_file(file_), header_ + line(3, "0.3,3") + line(5, "0.1,1") + line(9, "0.9,9"));
}

TEST_F(RowFileTest, HalfARowIsCutOff) {
  open().append(cell(5), {0.1, 1.0});
  std::ofstream(file_, std::ios::app) << line(6, "0.2,2").substr(0, 40);
  RowFile rows = open();
  EXPECT_EQ(rows.row(cell(6)), std::nullopt);
  rows.append(cell(6), {0.2, 2.0});
  EXPECT_EQ(read_file(file_), header_ + line(5, "0.1,1") + line(6, "0.2,2"));
}

std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST_F(RowFileTest, WhatIsMeasuredAgainCounts) {
  open().append(cell(5), {std::numeric_limits<double>::quiet_NaN(), 1.0});
  {
    RowFile rows = open();
    rows.append(cell(5), {0.5, 1.0});
  }
  RowFile rows = open();
  EXPECT_EQ(rows.row(cell(5)), std::vector({0.5, 1.0}));
  rows.finish({});
  EXPECT_EQ(read_file(file_), header_ + line(5, "0.5,1"));
}

TEST_F(RowFileTest, WithoutRowsNothingHangsOnTheSettings) {
  open();
  const std::string other = R"({"images": 10, "seed": 1})";
  open(other).append(cell(5), {0.5, 1.0});
  EXPECT_TRUE(open(other).row(cell(5)));
}

TEST_F(RowFileTest, OtherSettingsAreRefusedByName) {
  open().append(cell(5), {0.5, 1.0});
  const std::string why = refusal([&] { open(R"({"images": 10, "seed": 1})"); });
  EXPECT_NE(why.find("measured with seed = 0, and this run has 1"), std::string::npos) << why;
  const std::string more = refusal([&] { open(R"({"images": 10, "seed": 0, "epochs": 3})"); });
  EXPECT_NE(more.find("epochs = nothing"), std::string::npos) << more;
}

TEST_F(RowFileTest, OtherFilesAreRefused) {
  std::ofstream(file_) << "architecture,other\n";
  EXPECT_NE(refusal([&] { open(); }).find("expected the columns"), std::string::npos);
  std::ofstream(file_) << header_ << line(3, "1,2");
  EXPECT_NE(refusal([&] { open(); }).find("says how it was measured"), std::string::npos);
  std::ofstream(file_) << header_ << "nonsense,1,2\n";
  EXPECT_NE(refusal([&] { open(); }).find("rows.csv:2"), std::string::npos);
}

TEST_F(RowFileTest, TwoWritersAreOneTooMany) {
  const RowFile rows = open();
  EXPECT_NE(refusal([&] { open(); }).find("another process"), std::string::npos);
}

}  // namespace
}  // namespace dinas
