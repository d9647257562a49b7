#include "measure/architecture_list.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/error.h"
#include "support/spaces.h"
#include "support/temp.h"

namespace dinas {
namespace {

class ArchitectureList : public testing::Test {
 protected:
  std::vector<Architecture> read(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
    return read_architectures(folder_.file(name), space_);
  }
  std::string refusal(const std::string& text) {
    try {
      read("bad.txt", text);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  std::string cell(std::uint64_t i) const {
    return space_->print(nth_architecture(space_->skeleton(), i));
  }
  std::vector<Architecture> cells(const std::vector<std::uint64_t>& numbers) const {
    std::vector<Architecture> list;
    for (const std::uint64_t i : numbers) list.push_back(nth_architecture(space_->skeleton(), i));
    return list;
  }

  std::shared_ptr<const Space> space_ = find_space("nasbench201");
  TempFolder folder_;
};

TEST_F(ArchitectureList, LinesAreNotationsOrObjects) {
  EXPECT_EQ(read("list.txt", cell(4) + "\n\n {\"architecture\": \"" + cell(9) + "\", \"x\": 1}\n" +
                                 cell(4) + "\n"),
            cells({4, 9}));
}

TEST_F(ArchitectureList, ATableIsRead) {
  EXPECT_EQ(read("list.csv", "accuracy,cell\n1," + cell(7) + "\n2," + cell(3) + "\n"),
            cells({7, 3}));
}

TEST_F(ArchitectureList, RowsThatKeepBounds) {
  const std::string table = "cell,ms,acc\n" + cell(7) + ",2,60\n" + cell(3) + ",1.5,\n" + cell(5) +
                            ",1,50\n" + cell(8) + ",3,90\n";
  read("list.csv", table);
  const auto kept = [&](const std::vector<BoundRequest>& bounds) {
    return read_architectures(folder_.file("list.csv"), space_, bounds);
  };
  EXPECT_EQ(kept({parse_bound("ms <= 2")}), cells({7, 3, 5}));
  EXPECT_EQ(kept({parse_bound("ms <= 2"), parse_bound("acc >= 50")}), cells({7, 5}));
  EXPECT_THROW(kept({parse_bound("acc top 5%")}), UsageError);
  EXPECT_THROW(kept({parse_bound("watts <= 5")}), UsageError);
}

TEST_F(ArchitectureList, BoundsNeedATable) {
  read("list.txt", cell(7));
  EXPECT_THROW(read_architectures(folder_.file("list.txt"), space_, {parse_bound("ms <= 2")}),
               UsageError);
}

TEST_F(ArchitectureList, TwinsOfWhatWasSeenAreLeftOut) {
  // A convolution on the first path to the output, or behind a skip: two cells of one class.
  std::string why;
  const auto parse = [&](const char* text) { return *space_->parse(text, why); };
  const Architecture direct = parse("|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|");
  const Architecture other = parse("|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|");
  const Architecture twin =
      parse("|nor_conv_1x1~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|");
  ASSERT_EQ(space_->canonical_class(direct), space_->canonical_class(twin));
  std::vector<Architecture> list = {other, twin};
  leave_out_classes(list, *space_, {direct});
  EXPECT_EQ(list, std::vector<Architecture>{other});
}

TEST_F(ArchitectureList, NotationsThatAreJsonAreLines) {
  const auto nasbench101 = find_space("nasbench101");
  const Architecture drawn = sample_classes(*nasbench101, 1, 3).front();
  const std::string file = folder_.file("list.txt");
  std::ofstream(file) << nasbench101->print(drawn) << "\n";
  EXPECT_EQ(read_architectures(file, nasbench101), std::vector<Architecture>{drawn});
}

TEST_F(ArchitectureList, MistakesAreNamedWithTheirLine) {
  EXPECT_NE(refusal(cell(1) + "\n|what|\n").find("bad.txt:2: expected an architecture"),
            std::string::npos);
  EXPECT_NE(refusal("\n").find("found none"), std::string::npos);
}

TEST_F(ArchitectureList, SampledClassesAreDistinctAndAlive) {
  const auto list = sample_classes(*space_, 500, 11);
  ASSERT_EQ(list.size(), 500U);
  std::set<std::uint64_t> classes;
  for (const Architecture& a : list) {
    EXPECT_FALSE(space_->is_degenerate(a));
    classes.insert(space_->canonical_class(a));
  }
  EXPECT_EQ(classes.size(), 500U);
  const auto shorter = sample_classes(*space_, 20, 11);
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), list.begin()));
  EXPECT_NE(sample_classes(*space_, 20, 12), shorter);
}

TEST_F(ArchitectureList, TooManyClassesAreRefused) {
  EXPECT_THROW(sample_classes(*space_, 7000, 0), Error);
}

TEST_F(ArchitectureList, AllLeavesOutWhatIsNotConnected) {
  EXPECT_EQ(all_architectures(*space_).size(), 15284U);
  EXPECT_THROW(all_architectures(*find_space("darts")), UsageError);
}

}  // namespace
}  // namespace dinas
