// What stands beside the generator in a report: uniform draws, training labels, searches.
#include "eval/controls.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "eval/protocol.h"

namespace dinas {
namespace {

using tiny::latency_at_most;
using tiny::test_at_least;

TEST(Controls, SearchesFollowTheSameRule) {
  // The budget exceeds the table, so every search sees all of it and must pick row 2.
  const Table table = tiny::make_table();
  const EvaluationReport report =
      evaluate(table, {latency_at_most(4), test_at_least(90)}, cycle({1}), {}, tiny_options(10, 2));
  for (const char* name : {"uniform_space", "regularised_evolution", "local_search"}) {
    const Outcome& outcome = control(report, name).outcome;
    EXPECT_EQ(outcome.select.mean, 85) << name;
    EXPECT_EQ(outcome.report.mean, 85) << name;  // the bound on what is reported has no part
    EXPECT_EQ(outcome.feasible, 2U) << name;
    EXPECT_EQ(outcome.optimum_found, 0U) << name;     // but in what counts as found
    EXPECT_EQ(versus(report, name).mean, 5) << name;  // the generator's row 1 reports 90
    EXPECT_EQ(versus(report, name).pairs, 2U) << name;
  }
}

TEST(Controls, ASearchWithoutACandidateIsNotFeasible) {
  const EvaluationReport report =
      evaluate(tiny::make_table(), {latency_at_most(0.5)}, cycle({1}), {}, tiny_options(3, 2));
  EXPECT_EQ(report.best_possible.has_value(), false);
  EXPECT_EQ(report.selector_limit.has_value(), false);
  EXPECT_EQ(report.outcome.feasible, 0U);
  for (const Control& c : report.controls) EXPECT_EQ(c.outcome.feasible, 0U) << c.name;
  EXPECT_TRUE(std::isnan(versus(report, "local_search").mean));
  EXPECT_EQ(to_json(report).at("best_possible"), nullptr);
  EXPECT_EQ(to_json(report).at("select").at("mean"), nullptr);
}

TEST(Controls, TrainingControls) {
  TrainingFacts training;
  training.labelled_rows = {{1, 3, 4, 0}};  // row 4 is degenerate
  training.labels_used = 4;
  training.seconds = 12.5;
  EvaluateOptions options = tiny_options(5, 2);
  options.coverage_draws = 3;
  // test >= 80 keeps rows 0, 1, 2; of the labelled rows 0 and 1.
  const EvaluationReport report =
      evaluate(tiny::make_table(), {test_at_least(80)}, cycle({2}), training, options);
  EXPECT_EQ(report.labels_used, 4U);
  EXPECT_EQ(report.train_seconds, 12.5);
  EXPECT_FALSE(report.recall);

  const Control& uniform = control(report, "uniform_training");
  // Two of three cells, each found by three draws with probability 7/8.
  EXPECT_DOUBLE_EQ(*uniform.coverage, 2.0 / 3.0 * 7.0 / 8.0);
  EXPECT_EQ(uniform.outcome.select.mean, 90);  // 5 queries see both
  EXPECT_EQ(uniform.outcome.report.mean, 80);
  EXPECT_EQ(uniform.outcome.optimum_found, 2U);

  const Control& best = control(report, "best_training_label");
  EXPECT_EQ(best.outcome.select.mean, 90);
  EXPECT_EQ(best.outcome.report.mean, 80);
  EXPECT_FALSE(best.inside.has_value());

  const Control& space = control(report, "uniform_space");
  EXPECT_DOUBLE_EQ(*space.inside, 3.0 / 5.0);
  EXPECT_DOUBLE_EQ(*space.coverage, 1.0 - std::pow(4.0 / 5.0, 3));
}

TEST(Controls, WithoutALabelInsideUniformTrainingHasNothingToDraw) {
  TrainingFacts training;
  training.labelled_rows = {{3}};
  const auto json = to_json(
      evaluate(tiny::make_table(), {test_at_least(80)}, cycle({2}), training, tiny_options(5, 2)));
  const auto& uniform = json.at("controls").at("uniform_training");
  EXPECT_EQ(uniform.at("inside"), nullptr);
  EXPECT_EQ(uniform.at("coverage"), 0.0);
  EXPECT_EQ(uniform.at("feasible"), 0);
}

TEST(Controls, UniformTrainingDrawsDistinctRowsUniformly) {
  // One query a repeat among rows 0, 1, 2: each a third. 400 repeats, 4 standard errors.
  TrainingFacts training;
  training.labelled_rows = {{0, 1, 2}};
  EvaluateOptions options = tiny_options(1, 400);
  options.select = options.report = {"test", Direction::kMax};
  const EvaluationReport report = evaluate(tiny::make_table(), {}, cycle({0}), training, options);
  const double share =
      static_cast<double>(control(report, "uniform_training").outcome.optimum_found) / 400.0;
  EXPECT_NEAR(share, 1.0 / 3.0, 4.0 * std::sqrt(2.0 / 9.0 / 400.0));
  options.queries = 3;
  options.repeats = 2;
  const EvaluationReport all = evaluate(tiny::make_table(), {}, cycle({0}), training, options);
  EXPECT_EQ(control(all, "uniform_training").outcome.optimum_found, 2U);
}

TEST(Controls, WithoutLabelsThereAreNoTrainingControls) {
  const EvaluationReport report =
      evaluate(tiny::make_table(), {}, cycle({0}), {}, tiny_options(1, 1));
  std::vector<std::string> names;
  for (const Control& c : report.controls) names.push_back(c.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"uniform_space", "regularised_evolution", "local_search"}));
}

}  // namespace
}  // namespace dinas
