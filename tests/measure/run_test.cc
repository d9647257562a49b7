#include "measure/run.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/file.h"
#include "measure/architecture_list.h"
#include "support/temp.h"

namespace dinas {
namespace {

// The first value of the architecture; an architecture that begins with `bad` cannot be measured.
class FirstValue final : public Meter {
 public:
  explicit FirstValue(std::string column, int bad = -1) : columns_{std::move(column)}, bad_(bad) {}
  const std::vector<std::string>& columns() const override { return columns_; }
  std::vector<double> measure(std::span<const std::uint8_t> architecture) const override {
    if (architecture[0] == bad_) throw Error("diverged at step 3");
    return {static_cast<double>(architecture[0])};
  }

 private:
  std::vector<std::string> columns_;
  int bad_;
};

class MeasureListTest : public testing::Test {
 protected:
  MeasureListTest() {
    meters_.push_back(std::make_unique<FirstValue>("a"));
    meters_.push_back(std::make_unique<FirstValue>("b", 2));
    for (std::uint64_t i = 0; i < 40; ++i) {
      list_.push_back(nth_architecture(space_->skeleton(), 3 * i));
    }
  }
  // Measures until `rows` rows are there.
  bool measure(const std::string& name, int workers, std::size_t rows = 1000) {
    RowFile file(folder_.file(name), space_, columns_of(meters_), "{}");
    return measure_list(list_, meters_, file, workers, [&](const MeasureProgress& progress) {
      last_ = progress;
      failures_ += progress.failed_architecture != nullptr;
      return progress.done < rows;
    });
  }
  std::string text(const std::string& name) const { return read_file(folder_.file(name)); }

  std::shared_ptr<const Space> space_ = find_space("nasbench201");
  TempFolder folder_;
  Meters meters_;
  std::vector<Architecture> list_;
  MeasureProgress last_;
  std::size_t failures_ = 0;
};

TEST_F(MeasureListTest, EveryArchitectureGetsARowInTheOrderOfTheList) {
  EXPECT_TRUE(measure("all.csv", 1));
  std::string expected = "architecture,a,b\n";
  for (const Architecture& a : list_) {
    expected += space_->print(a) + "," + std::to_string(a[0]) + ",";
    expected += (a[0] == 2 ? "" : std::to_string(a[0])) + "\n";
  }
  EXPECT_EQ(text("all.csv"), expected);
}

TEST_F(MeasureListTest, AFailureCostsItsOwnCellOnly) {
  EXPECT_TRUE(measure("all.csv", 1));
  EXPECT_EQ(last_.done, 40U);
  EXPECT_EQ(last_.failed, 8U);  // a fifth of the list begins with 2
  EXPECT_EQ(failures_, 8U);
}

TEST_F(MeasureListTest, TheFileDoesNotDependOnThreads) {
  measure("one.csv", 1);
  measure("two.csv", 2);
  EXPECT_EQ(text("one.csv"), text("two.csv"));
}

TEST_F(MeasureListTest, AStoppedRunIsContinued) {
  EXPECT_FALSE(measure("stopped.csv", 1, 15));
  EXPECT_EQ(last_.measured, 15U);
  EXPECT_TRUE(measure("stopped.csv", 1));
  EXPECT_EQ(last_.measured, 25U + 3U);  // three of the first 15 had failed
  EXPECT_EQ(last_.done, 40U);
  measure("all.csv", 1);
  EXPECT_EQ(text("stopped.csv"), text("all.csv"));
}

TEST_F(MeasureListTest, OneArchitectureSaysWhyItFailed) {
  std::string failure;
  const std::vector<double> values = measure_one(meters_, {2, 0, 0, 0, 0, 0}, failure);
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0], 2.0);
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_EQ(failure, "diverged at step 3");
}

}  // namespace
}  // namespace dinas
