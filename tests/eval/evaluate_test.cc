#include "eval/evaluate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "base/error.h"
#include "eval/protocol.h"

namespace dinas {
namespace {

using tiny::latency_at_most;
using tiny::test_at_least;

TEST(Evaluate, RepeatsByHand) {
  // Repeats: {1, 2}, {0, 4}, {4, 5}. The first selects row 2 (valid 85, test 85), the second row 0
  // (90, 80), the third has no candidate: degenerate, and valid missing.
  const Table table = tiny::make_table();
  const EvaluationReport report =
      evaluate(table, {}, cycle({1, 2, 0, 4, 4, 5}), {}, tiny_options(2, 3));
  EXPECT_EQ(report.evaluations, 2U);
  EXPECT_EQ(report.repeats, 3U);
  EXPECT_EQ(report.outcome.feasible, 2U);
  EXPECT_EQ(report.outcome.optimum_found, 1U);
  EXPECT_DOUBLE_EQ(report.outcome.select.mean, 87.5);
  EXPECT_DOUBLE_EQ(report.outcome.report.mean, 82.5);
  EXPECT_DOUBLE_EQ(report.outcome.report.sd, std::sqrt(12.5));
  EXPECT_EQ(report.best_possible->select, 90);
  EXPECT_EQ(report.best_possible->report, 90);  // of another row, and not the degenerate one
  EXPECT_EQ(report.selector_limit->select, 90);
  EXPECT_EQ(report.selector_limit->report, 80);
  EXPECT_EQ(report.quality.generated, 6U);
  EXPECT_EQ(report.quality.degenerate, 2U);
}

TEST(Evaluate, RepeatsAndCoverageShareConsecutiveItems) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> calls;
  const DrawFunction draw = [&](std::uint64_t count, std::uint32_t first) {
    calls.emplace_back(count, first);
    return cycle({0})(count, first);
  };
  EvaluateOptions options = tiny_options(4, 2);
  options.coverage_draws = 11;
  const EvaluationReport report = evaluate(tiny::make_table(), {}, draw, {}, options);
  EXPECT_EQ(calls, (decltype(calls){{4, 0}, {4, 4}, {3, 8}}));
  EXPECT_EQ(report.quality.generated, 11U);
  EXPECT_EQ(report.quality.coverage.draws, 11U);

  calls.clear();
  options.coverage_draws = 5;
  const EvaluationReport shorter = evaluate(tiny::make_table(), {}, draw, {}, options);
  EXPECT_EQ(calls, (decltype(calls){{4, 0}, {1, 4}, {3, 5}}));
  EXPECT_EQ(shorter.quality.generated, 8U);
  EXPECT_EQ(shorter.quality.coverage.draws, 5U);
}

TEST(Evaluate, ARejectedSampleIsOneOfTheDrawsOfCoverage) {
  // Item 0 is rejected; items 1, 2, 3 are rows 1, 2, 5, which all have a latency of at most 4.
  const DrawFunction draw = [](std::uint64_t count, std::uint32_t first) {
    Draw drawn = cycle({0, 1, 2, 5})(count, first);
    if (first == 0) drawn.architectures.erase(drawn.architectures.begin());
    return drawn;
  };
  EvaluateOptions options = tiny_options(4, 1);
  options.coverage_draws = 3;
  const EvaluationReport report =
      evaluate(tiny::make_table(), {latency_at_most(4)}, draw, {}, options);
  EXPECT_EQ(report.quality.coverage.draws, 3U);
  EXPECT_EQ(report.quality.coverage.found, 2U);
  EXPECT_EQ(report.quality.rejected, 1U);
  EXPECT_EQ(report.outcome.select.mean, 85);  // the repeat goes on to row 5 behind the coverage
}

TEST(Evaluate, AnOptimumKeepsTheBoundsOnWhatIsSelectedAndReported) {
  // test >= 85 leaves rows 1 and 2; the best selected value is row 2's 85. Row 0 has more and row 3
  // as much, but both are outside.
  const auto outcome = [](std::size_t row) {
    return evaluate(tiny::make_table(), {test_at_least(85)}, cycle({row}), {}, tiny_options(1, 2))
        .outcome;
  };
  EXPECT_EQ(outcome(0).feasible, 2U);
  EXPECT_EQ(outcome(0).optimum_found, 0U);
  EXPECT_EQ(outcome(3).optimum_found, 0U);
  EXPECT_EQ(outcome(2).optimum_found, 2U);
  // The best label by the selected value is a tie of both.
  TrainingFacts training;
  training.labelled_rows = {{2, 3}};
  const EvaluationReport tied =
      evaluate(tiny::make_table(), {test_at_least(85)}, cycle({2}), training, tiny_options(1, 2));
  EXPECT_EQ(control(tied, "best_training_label").outcome.select.mean, 85);
  EXPECT_EQ(control(tied, "best_training_label").outcome.optimum_found, 0U);
}

TEST(Evaluate, BoundsShapeBestPossibleAndCandidates) {
  // latency <= 4 leaves rows 1, 2 (and 5, without valid): the optimum is row 2.
  const EvaluationReport report = evaluate(tiny::make_table(), {latency_at_most(4)},
                                           cycle({0, 1, 2, 3}), {}, tiny_options(4, 1));
  EXPECT_EQ(report.outcome.select.mean, 85);
  EXPECT_EQ(report.outcome.optimum_found, 1U);
  EXPECT_EQ(report.best_possible->select, 85);
  EXPECT_EQ(report.best_possible->report, 90);
  EXPECT_EQ(report.selector_limit->report, 85);
  EXPECT_EQ(report.quality.inside.all, 0.5);
}

TEST(Evaluate, AllLabelsIsRecallAlsoWhereACellHasNone) {
  TrainingFacts training;
  training.labelled_rows = {{0, 1, 2, 3}};  // all that have the metric "valid"
  const auto run = [&] {
    return evaluate(tiny::make_table(), {}, cycle({0}), training, tiny_options(1, 1));
  };
  EXPECT_FALSE(run().recall);
  training.every_label = true;
  EXPECT_TRUE(run().recall);
}

TEST(Evaluate, GainIsPositiveWhenTheGeneratorIsBetter) {
  // Latency is reported and lower is better: the generator's row 1 has 3, the only label, row 0,
  // has 5.
  TrainingFacts training;
  training.labelled_rows = {{0}};
  EvaluateOptions options = tiny_options(1, 2);
  options.report = {"latency", Direction::kMin};
  const EvaluationReport report = evaluate(tiny::make_table(), {}, cycle({1}), training, options);
  EXPECT_EQ(versus(report, "best_training_label").mean, 2.0);
}

TEST(Evaluate, RefusesNonsense) {
  const Table table = tiny::make_table();
  EXPECT_THROW(evaluate(table, {}, cycle({0}), {}, tiny_options(0, 1)), UsageError);
  EXPECT_THROW(evaluate(table, {}, cycle({0}), {}, tiny_options(1, 0)), UsageError);
  EXPECT_THROW(evaluate(table, {}, cycle({0}), {}, tiny_options(1 << 20, 1 << 20)), UsageError);
  EvaluateOptions unknown = tiny_options(1, 1);
  unknown.report.metric = "accuracy";
  EXPECT_THROW(evaluate(table, {}, cycle({0}), {}, unknown), UsageError);
}

}  // namespace
}  // namespace dinas
