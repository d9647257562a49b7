#include "eval/novelty.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/random.h"
#include "eval/tiny_table.h"
#include "space/draw.h"

namespace dinas {
namespace {

std::vector<std::uint64_t> sorted_classes(const Table& table,
                                          const std::vector<std::size_t>& rows) {
  std::vector<std::uint64_t> classes;
  for (const std::size_t row : rows) classes.push_back(table.class_of(row));
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  return classes;
}

/// On a fixed wiring with distinguishable nodes: the operations that differ.
int changed(const Architecture& a, const Architecture& b) {
  int count = 0;
  for (std::size_t v = 0; v < a.size(); ++v) count += a[v] != b[v] ? 1 : 0;
  return count;
}

TEST(EditNovelty, ByHand) {
  const Table table = tiny::make_table();
  // Rows 2 and 3 are one class.
  const TrainingCells cells(table, sorted_classes(table, {0, 2}));
  const std::vector<Architecture> samples = {
      tiny::kCells[0],     // in training
      {0, 0, 0, 4, 0, 0},  // pooling in the place of row 0's convolution: 1
      tiny::kCells[3],     // the class of row 2
      {0, 0, 0, 0, 0, 0},  // degenerate
      {0, 0, 0, 4, 0, 0},  // again
      {4, 2, 4, 0, 0, 3},  // three operations of row 3 changed
  };
  const EditNovelty n = cells.measure(samples, {});
  EXPECT_EQ(n.training_cells, 3U);
  EXPECT_EQ(n.training_classes, 2U);
  EXPECT_EQ(n.seen_classes, 2U);
  EXPECT_EQ(n.distinct, 4U);
  EXPECT_EQ(n.measured, 4U);
  EXPECT_EQ(n.novel, 0.5);
  EXPECT_EQ(n.mean, 2.0);
  EXPECT_EQ(n.histogram, (std::vector<std::uint64_t>{2, 1, 0, 1}));
  EXPECT_EQ(n.not_exact, 0U);

  const EditNovelty first = cells.measure(samples, {.samples = 1});
  EXPECT_EQ(first.distinct, 4U);
  EXPECT_EQ(first.measured, 1U);
  EXPECT_EQ(first.novel, 0.0);
  EXPECT_TRUE(std::isnan(first.mean));
  EXPECT_EQ(first.histogram, (std::vector<std::uint64_t>{1}));

  const EditNovelty none = cells.measure({}, {});
  EXPECT_EQ(none.measured, 0U);
  EXPECT_TRUE(std::isnan(none.novel));
  EXPECT_TRUE(none.histogram.empty());
}

TEST(EditNovelty, ClassesOutsideTheTableAreSeenAllTheSame) {
  const Table table = tiny::make_table();
  std::vector<std::uint64_t> seen = sorted_classes(table, {0});
  seen.push_back(table.space().canonical_class(tiny::kUnknown));
  std::sort(seen.begin(), seen.end());
  const EditNovelty n = TrainingCells(table, seen).measure({&tiny::kUnknown, 1}, {});
  EXPECT_EQ(n.training_cells, 1U);
  EXPECT_EQ(n.seen_classes, 2U);
  EXPECT_EQ(n.histogram, (std::vector<std::uint64_t>{1}));
}

TEST(EditNovelty, NeedsCellsToMeasureFrom) {
  const Table table = tiny::make_table();
  EXPECT_THROW(TrainingCells(table, {}), UsageError);
  EXPECT_THROW(TrainingCells(table, {1, 2, 3}), UsageError);
}

struct RandomCells {
  explicit RandomCells(int count) : table(make_nasbench201()) {
    RandomStream stream(1, Purpose::kCheck);
    std::vector<std::size_t> rows;
    for (int i = 0; i < count; ++i) {
      rows.push_back(table.add_architecture(random_architecture(table.space().skeleton(), stream)));
    }
    seen = sorted_classes(table, rows);
    for (int i = 0; i < 200; ++i) {
      samples.push_back(random_architecture(table.space().skeleton(), stream));
    }
  }

  Table table;
  std::vector<std::uint64_t> seen;
  std::vector<Architecture> samples;
};

TEST(EditNovelty, FindsTheNearestOfAllCells) {
  const RandomCells random(60);
  const TrainingCells cells(random.table, random.seen);
  for (const Architecture& sample : random.samples) {
    int upper = std::numeric_limits<int>::max();
    int expected = std::numeric_limits<int>::max();
    const auto graph = [&](const Architecture& a) {
      LabelledGraph result{{-1}, random.table.space().graph(a).edges};
      for (const std::uint8_t x : a) result.labels.push_back(x);
      result.labels.push_back(-2);
      return result;
    };
    for (std::size_t row = 0; row < random.table.rows(); ++row) {
      const Architecture& cell = random.table.architecture(row);
      upper = std::min(upper, changed(sample, cell));
      expected = std::min(expected, edit_distance(graph(sample), graph(cell)).upper);
    }
    const EditDistance d = cells.nearest(sample, {});
    ASSERT_TRUE(d.exact());
    ASSERT_EQ(d.upper, expected);
    ASSERT_LE(d.upper, upper);
  }
}

TEST(EditNovelty, ThreadsChangeNothing) {
  const RandomCells random(40);
  const TrainingCells cells(random.table, random.seen);
  const EditNovelty one = cells.measure(random.samples, {.threads = 1});
  const EditNovelty three = cells.measure(random.samples, {.threads = 3});
  EXPECT_EQ(one.histogram, three.histogram);
  EXPECT_EQ(one.novel, three.novel);
  EXPECT_EQ(one.mean, three.mean);
  EXPECT_GT(one.novel, 0.5);
  EXPECT_GE(one.mean, 1.0);
}

TEST(EditNovelty, LittleWorkGivesUpperBoundsAndSaysSo) {
  const RandomCells random(3);
  const TrainingCells cells(random.table, random.seen);
  const NoveltyOptions little{.pair_expansions = 1, .sample_expansions = 2};
  int open = 0;
  for (const Architecture& sample : random.samples) {
    const EditDistance exact = cells.nearest(sample, {});
    ASSERT_TRUE(exact.exact());
    const EditDistance d = cells.nearest(sample, little);
    ASSERT_LE(d.lower, exact.upper);
    ASSERT_GE(d.upper, exact.upper);
    ASSERT_LE(d.expansions, 2U);
    open += d.exact() ? 0 : 1;
  }
  EXPECT_GT(open, 0);
  EXPECT_GT(cells.measure(random.samples, little).not_exact, 0U);
}

}  // namespace
}  // namespace dinas
