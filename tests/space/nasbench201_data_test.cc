// The whole space against the columns of the benchmark table.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "space/space.h"
#include "space/table_text.h"
#include "support/data.h"

namespace dinas {
namespace {

class NasBench201Data : public testing::Test {
 protected:
  void SetUp() override {
    DINAS_NEED_DATA();
    static const Rows rows("/nasbench201/nasbench201.csv.gz");
    rows_ = &rows;
    ASSERT_EQ(rows_->size(), 15625U);
    std::string why;
    for (std::size_t row = 0; row < rows_->size(); ++row) {
      const auto ops = space_->parse(rows_->cell(row, "arch_str"), why);
      ASSERT_TRUE(ops) << why;
      cells_.push_back(*ops);
    }
  }

  std::shared_ptr<const Space> space_ = find_space("nasbench201");
  const Rows* rows_ = nullptr;
  std::vector<Architecture> cells_;
};

TEST_F(NasBench201Data, NotationAndOperationColumnsAgree) {
  const std::vector<std::string> columns = {"op_01", "op_02", "op_12", "op_03", "op_13", "op_23"};
  std::set<std::uint64_t> seen;
  for (std::size_t row = 0; row < cells_.size(); ++row) {
    ASSERT_EQ(space_->print(cells_[row]), rows_->cell(row, "arch_str"));
    for (std::size_t e = 0; e < columns.size(); ++e) {
      ASSERT_EQ(rows_->number(row, columns[e]), cells_[row][e]);
    }
    seen.insert(architecture_index(space_->skeleton(), cells_[row]));
  }
  EXPECT_EQ(seen.size(), 15625U);
}

// Both columns are printed with seven significant digits or six decimals, whichever is coarser for
// params (below 10) and MACs: half a unit of the last printed digit, and rounding of the sums.
TEST_F(NasBench201Data, ParamsAndMacsEqualTheTable) {
  std::size_t compared = 0;
  for (std::size_t m = 0; m < space_->computed_metrics().size(); ++m) {
    const std::string& name = space_->computed_metrics()[m].name;
    const bool in_table = !name.starts_with("effective_") && name.ends_with("_m");
    if (!in_table) continue;
    ++compared;
    for (std::size_t row = 0; row < cells_.size(); ++row) {
      const double expected = rows_->number(row, name);
      const double digit = std::pow(10.0, std::floor(std::log10(expected)) - 6.0);
      ASSERT_NEAR(space_->compute(m, cells_[row]), expected, 0.5 * digit + 1e-12)
          << name << " of row " << row;
    }
  }
  EXPECT_EQ(compared, 6U);
}

TEST_F(NasBench201Data, ClassesAreThoseOfTheTable) {
  std::map<double, std::uint64_t> class_of_representative;
  std::map<std::uint64_t, double> representative_of_class;
  for (std::size_t row = 0; row < cells_.size(); ++row) {
    const double representative = rows_->number(row, "iso_rep");
    const std::uint64_t hash = space_->canonical_class(cells_[row]);
    ASSERT_EQ(class_of_representative.try_emplace(representative, hash).first->second, hash)
        << "row " << row << " is not in the class of " << representative;
    ASSERT_EQ(representative_of_class.try_emplace(hash, representative).first->second,
              representative)
        << "row " << row;
  }
  EXPECT_EQ(class_of_representative.size(), 6466U);
  EXPECT_EQ(representative_of_class.size(), 6466U);
}

// The cells without a path are exactly those at chance level.
TEST_F(NasBench201Data, DegenerateCellsAreThoseAtChanceLevel) {
  std::size_t degenerate = 0;
  for (std::size_t row = 0; row < cells_.size(); ++row) {
    const bool chance = rows_->number(row, "cifar10_test_200") == 10.0;
    ASSERT_EQ(space_->is_degenerate(cells_[row]), chance) << "row " << row;
    if (chance) ++degenerate;
  }
  EXPECT_EQ(degenerate, 341U);
}

}  // namespace
}  // namespace dinas
