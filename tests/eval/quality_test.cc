#include "eval/quality.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <tuple>

#include "base/error.h"
#include "eval/tiny_table.h"
#include "support/ruled_skeletons.h"
#include "support/toy_space.h"

namespace dinas {
namespace {

using tiny::kCells;
using tiny::latency_at_most;
using tiny::test_at_least;
using tiny::valid_at_least;
using Rows = std::vector<std::size_t>;

/// Coverage looks at all of them.
Samples valid_samples(const std::vector<Architecture>& architectures) {
  const std::size_t count = architectures.size();
  return {count, 0, architectures, {count, count}};
}

Quality measure(const Samples& samples, const std::vector<TableBound>& bounds,
                const TrainingClasses& training = {}) {
  return measure_quality(samples, tiny::make_table(), bounds, training);
}

TEST(Keeps, EqualityAndNeverAMissingValue) {
  EXPECT_TRUE(keeps(valid_at_least(80), 80));
  EXPECT_FALSE(keeps(valid_at_least(80), 79.9));
  EXPECT_TRUE(keeps(latency_at_most(3), 3));
  EXPECT_FALSE(keeps(latency_at_most(3), 3.1));
  EXPECT_FALSE(keeps(valid_at_least(-1e300), tiny::kNone));
  EXPECT_FALSE(keeps(latency_at_most(1e300), tiny::kNone));
}

TEST(SatisfyingRows, LeaveOutDegenerateAndMissing) {
  const Table table = tiny::make_table();
  const auto rows = [&](const std::vector<TableBound>& bounds) {
    return satisfying_rows(table, bounds);
  };
  EXPECT_EQ(rows({}), (Rows{0, 1, 2, 3, 5}));
  EXPECT_EQ(rows({latency_at_most(4)}), (Rows{1, 2, 5}));
  EXPECT_EQ(rows({latency_at_most(4), valid_at_least(0)}), (Rows{1, 2}));
  EXPECT_EQ(rows({valid_at_least(91)}), Rows{});
  EXPECT_THROW(rows({{"energy", Direction::kMin, 1.0, ""}}), UsageError);
}

TEST(MeasureQuality, CountsWhatWasAskedForAndWhatCameOut) {
  // 10 asked for, 7 came out, of which the rules had to step in for 4.
  const Quality q = measure({10, 4, std::vector<Architecture>(7, kCells[0]), {}}, {});
  EXPECT_EQ(q.generated, 10U);
  EXPECT_DOUBLE_EQ(q.validity, 0.7);
  EXPECT_EQ(q.rejected, 3U);
  EXPECT_EQ(q.projected, 4U);
  EXPECT_DOUBLE_EQ(q.inside.all, 0.7);  // a rejected sample keeps nothing
  EXPECT_DOUBLE_EQ(q.uniqueness, 1.0 / 7.0);
  EXPECT_THROW(measure({10, 8, std::vector<Architecture>(7, kCells[0]), {}}, {}), BugError);
  EXPECT_THROW(measure({6, 0, std::vector<Architecture>(7, kCells[0]), {}}, {}), BugError);
}

TEST(MeasureQuality, ValidityIsLookedUpInTheRules) {
  const Table table(std::make_shared<SkeletonSpace>(at_most_one().skeleton));
  const Samples samples{5, 2, {{0, 0, 0}, {0, 1, 0}, {1, 1, 0}, {1, 0, 1}}, {}};
  const Quality q = measure_quality(samples, table, {}, {});
  EXPECT_DOUBLE_EQ(q.validity, 2.0 / 5.0);
  EXPECT_EQ(q.rejected, 1U);
}

TEST(MeasureQuality, CountsClassesNotCells) {
  const Table table = tiny::make_table();
  ASSERT_EQ(table.class_of(2), table.class_of(3));
  // Rows 2 and 3 are one class; the cell the table does not know is one of its own.
  const Samples samples = valid_samples({kCells[2], kCells[3], kCells[0], tiny::kUnknown});
  TrainingClasses training;
  EXPECT_EQ(measure(samples, {}, training).novelty, std::nullopt);
  training.known = {table.class_of(0), table.class_of(1)};
  std::sort(training.known->begin(), training.known->end());
  const Quality q = measure(samples, {}, training);
  EXPECT_DOUBLE_EQ(q.uniqueness, 3.0 / 4.0);
  EXPECT_DOUBLE_EQ(*q.novelty, 2.0 / 3.0);
  EXPECT_EQ(q.unknown, 1U);
  // A label of row 2 makes its twin, row 3, known as well.
  training.known = {table.class_of(2)};
  EXPECT_DOUBLE_EQ(*measure(valid_samples({kCells[3], kCells[0]}), {}, training).novelty, 0.5);
}

TEST(MeasureQuality, ADegenerateSampleIsNeitherNovelNorKnown) {
  TrainingClasses training;
  training.known = {tiny::make_table().class_of(0)};
  const auto novelty = [&](const std::vector<Architecture>& samples) {
    return *measure(valid_samples(samples), {}, training).novelty;
  };
  EXPECT_DOUBLE_EQ(novelty({kCells[4], kCells[0]}), 0.0);
  EXPECT_DOUBLE_EQ(novelty({kCells[4], kCells[0], kCells[1]}), 0.5);
  EXPECT_TRUE(std::isnan(novelty({kCells[4]})));
}

TEST(MeasureQuality, DegenerateAndUnknownSamplesKeepNoBound) {
  // The degenerate cell has the lowest latency of all.
  const Samples samples =
      valid_samples({kCells[4], tiny::kUnknown, kCells[1], kCells[2], kCells[5]});
  const Quality q = measure(samples, {latency_at_most(4), valid_at_least(82)});
  EXPECT_EQ(q.degenerate, 1U);
  ASSERT_EQ(q.inside.per_bound.size(), 2U);
  EXPECT_EQ(q.inside.per_bound[0].first, latency_at_most(4).text);
  EXPECT_DOUBLE_EQ(q.inside.per_bound[0].second, 3.0 / 5.0);
  EXPECT_DOUBLE_EQ(q.inside.per_bound[1].second, 1.0 / 5.0);
  EXPECT_DOUBLE_EQ(q.inside.all, 1.0 / 5.0);
}

TEST(MeasureQuality, CoverageCountsDistinctCellsOfTheFirstDraws) {
  Samples samples = valid_samples({kCells[1], kCells[1], kCells[0], kCells[2]});
  const std::vector<TableBound> bounds = {latency_at_most(4)};  // rows 1, 2, 5
  const Quality all = measure(samples, bounds);
  EXPECT_DOUBLE_EQ(all.coverage.share, 2.0 / 3.0);
  EXPECT_EQ(all.coverage.found, 2U);
  EXPECT_EQ(all.coverage.of, 3U);
  EXPECT_EQ(all.coverage.draws, 4U);
  samples.coverage = {3, 3};
  const Quality first = measure(samples, bounds);
  EXPECT_EQ(first.coverage.found, 1U);
  EXPECT_EQ(first.coverage.draws, 3U);
  EXPECT_TRUE(std::isnan(measure(samples, {latency_at_most(1)}).coverage.share));
}

TEST(MeasureQuality, AnotherSpellingIsKnownWhereRowsTellOfClasses) {
  const Architecture behind_a_skip = {1, 0, 0, 0, 3, 0};  // the class of row 0
  Table table = tiny::make_table();
  ASSERT_EQ(table.space().canonical_class(behind_a_skip), table.class_of(0));
  const Samples samples = valid_samples({behind_a_skip, tiny::kUnknown});
  const auto known = [&] {
    const Quality q = measure_quality(samples, table, std::vector{valid_at_least(90)}, {});
    return std::tuple(q.unknown, q.inside.all, q.inside.known, q.coverage.found);
  };
  EXPECT_EQ(known(), std::tuple(2U, 0.0, 0.0, 0U));
  table.let_rows_tell_of_classes();
  EXPECT_EQ(known(), std::tuple(1U, 0.5, 0.5, 1U));
}

TEST(MeasureQuality, HiddenClasses) {
  const Table table = tiny::make_table();
  EXPECT_FALSE(measure(valid_samples({kCells[0]}), {}).hidden.has_value());
  // Hidden: the class of rows 2 and 3, row 5 and the degenerate row 4.
  TrainingClasses training;
  training.is_hidden = [&](std::uint64_t c) {
    return c == table.class_of(2) || c == table.class_of(5) || c == table.class_of(4);
  };
  const std::vector<TableBound> bounds = {test_at_least(70)};
  const Samples samples = valid_samples({kCells[0], kCells[2], kCells[2], kCells[4], kCells[5]});
  const Quality::Hidden hidden = *measure(samples, bounds, training).hidden;
  EXPECT_DOUBLE_EQ(hidden.share, 3.0 / 5.0);  // the degenerate sample is no hidden cell
  EXPECT_DOUBLE_EQ(hidden.inside, 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(hidden.known, 1.0);
  EXPECT_EQ(hidden.distinct, 1U);
  EXPECT_EQ(hidden.of, 2U);
  EXPECT_DOUBLE_EQ(hidden.uniform, 2.0 / 3.0);  // rows 2, 3, 5: the degenerate one is left out
  EXPECT_TRUE(std::isnan(measure(valid_samples({kCells[0]}), bounds, training).hidden->inside));
}

TEST(MeasureQuality, UniformHiddenRowsAreThoseWithAllValues) {
  TrainingClasses training;
  training.is_hidden = [](std::uint64_t) { return true; };
  // Of the rows 0 to 3 and 5 that are not degenerate the last one has no value.
  const Samples samples = valid_samples({kCells[0]});
  const Quality::Hidden hidden = *measure(samples, {valid_at_least(85)}, training).hidden;
  EXPECT_DOUBLE_EQ(hidden.uniform, 3.0 / 4.0);
}

TEST(MeasureQuality, HiddenSamplesThatNobodyCanJudgeAreCounted) {
  TrainingClasses training;
  training.is_hidden = [](std::uint64_t) { return true; };
  const Samples samples = valid_samples({kCells[1], kCells[0], tiny::kUnknown, tiny::kUnknown});
  const Quality::Hidden hidden = *measure(samples, {latency_at_most(4)}, training).hidden;
  EXPECT_DOUBLE_EQ(hidden.share, 1.0);
  EXPECT_DOUBLE_EQ(hidden.inside, 1.0 / 4.0);
  EXPECT_DOUBLE_EQ(hidden.known, 2.0 / 4.0);
}

}  // namespace
}  // namespace dinas
