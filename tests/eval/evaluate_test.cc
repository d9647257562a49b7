#include "eval/evaluate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "eval/tiny_table.h"
#include "support/data.h"

namespace dinas {
namespace {

using tiny::kCells;
using tiny::latency_at_most;
using tiny::test_at_least;
using Rows = std::vector<std::size_t>;

/// A generator that runs through a fixed list of tiny cells, item by item.
DrawFunction cycle(const Rows& rows) {
  return [rows](std::uint64_t count, std::uint32_t first) {
    Draw draw;
    for (std::uint64_t i = 0; i < count; ++i) {
      draw.architectures.push_back(kCells[rows[(first + i) % rows.size()]]);
    }
    return draw;
  };
}

EvaluateOptions tiny_options(std::uint64_t queries, std::uint64_t repeats) {
  EvaluateOptions options;
  options.queries = queries;
  options.repeats = repeats;
  options.select = {"valid", Direction::kMax};
  options.report = {"test", Direction::kMax};
  options.coverage_draws = 0;
  return options;
}

const Control& control(const EvaluationReport& report, const std::string& name) {
  const auto found = std::find_if(report.controls.begin(), report.controls.end(),
                                  [&](const Control& c) { return c.name == name; });
  DINAS_CHECK(found != report.controls.end());
  return *found;
}

const Interval& versus(const EvaluationReport& report, const std::string& name) {
  const auto found = std::find_if(report.versus.begin(), report.versus.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  DINAS_CHECK(found != report.versus.end());
  return found->second;
}

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
    if (first == 0) {
      drawn.architectures.erase(drawn.architectures.begin());
      drawn.invalid = 1;
    }
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

TEST(Evaluate, SearchesFollowTheSameRule) {
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

TEST(Evaluate, ASearchWithoutACandidateIsNotFeasible) {
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

TEST(Evaluate, TrainingControls) {
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

TEST(Evaluate, WithoutALabelInsideUniformTrainingHasNothingToDraw) {
  TrainingFacts training;
  training.labelled_rows = {{3}};
  const auto json = to_json(
      evaluate(tiny::make_table(), {test_at_least(80)}, cycle({2}), training, tiny_options(5, 2)));
  const auto& uniform = json.at("controls").at("uniform_training");
  EXPECT_EQ(uniform.at("inside"), nullptr);
  EXPECT_EQ(uniform.at("coverage"), 0.0);
  EXPECT_EQ(uniform.at("feasible"), 0);
}

TEST(Evaluate, UniformTrainingDrawsDistinctRowsUniformly) {
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

TEST(Evaluate, WithoutLabelsThereAreNoTrainingControls) {
  const EvaluationReport report =
      evaluate(tiny::make_table(), {}, cycle({0}), {}, tiny_options(1, 1));
  std::vector<std::string> names;
  for (const Control& c : report.controls) names.push_back(c.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"uniform_space", "regularised_evolution", "local_search"}));
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

/// The whole space with a metric that has no structure, and uniform draws from it.
class WholeSpace {
 public:
  WholeSpace() : table_(make_nasbench201()) {
    const Skeleton& skeleton = table_.space().skeleton();
    RandomStream stream(1, Purpose::kCheck);
    std::vector<double> values;
    for (std::uint64_t i = 0; i < *table_.space().enumerable(); ++i) {
      table_.add_architecture(nth_architecture(skeleton, i));
      values.push_back(stream.uniform());
    }
    table_.add_column("noise", "made up").values = values;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (!table_.degenerate(row)) useful_.push_back(row);
    }
  }

  [[nodiscard]] EvaluationReport evaluate_uniform(std::uint64_t seed, int threads) const {
    const DrawFunction draw = [&](std::uint64_t count, std::uint32_t first) {
      Draw drawn;
      for (std::uint32_t i = 0; i < count; ++i) {
        RandomStream stream(77, Purpose::kCheck, first + i);
        const std::size_t row = useful_[stream.below(static_cast<std::uint32_t>(useful_.size()))];
        drawn.architectures.push_back(table_.architecture(row));
      }
      return drawn;
    };
    EvaluateOptions options;
    options.queries = 50;
    options.repeats = 6;
    options.select = options.report = {"noise", Direction::kMax};
    options.seed = seed;
    options.threads = threads;
    TrainingFacts training;
    training.labelled_rows = useful_;
    return evaluate(table_, {{"noise", Direction::kMax, 0.9, "noise >= 0.9"}}, draw, training,
                    options);
  }

 private:
  Table table_;
  Rows useful_;
};

nlohmann::json without_seconds(const EvaluationReport& report) {
  nlohmann::json json = to_json(report);
  json.erase("seconds");
  return json;
}

TEST(Evaluate, DependsOnTheSeedAndNotOnThreads) {
  const WholeSpace space;
  const auto one = without_seconds(space.evaluate_uniform(1, 1));
  EXPECT_EQ(one, without_seconds(space.evaluate_uniform(1, 1)));
  EXPECT_EQ(one, without_seconds(space.evaluate_uniform(1, 3)));
  const auto other = without_seconds(space.evaluate_uniform(2, 1));
  for (const char* name : {"uniform_space", "uniform_training", "local_search"}) {
    EXPECT_NE(one.at("controls").at(name), other.at("controls").at(name)) << name;
  }
  EXPECT_EQ(one.at("coverage"), other.at("coverage"));  // the generator has its own streams
}

TEST(Evaluate, UniformDrawsMeetTheClosedFormsOfTheUniformControl) {
  const WholeSpace space;
  const EvaluationReport report = space.evaluate_uniform(1, 1);
  const Control& uniform = control(report, "uniform_space");
  ASSERT_EQ(report.quality.coverage.draws, 10'000U);
  // Binomial: 4 standard errors of 10,000 draws with p = .1.
  EXPECT_NEAR(report.quality.inside.all, *uniform.inside, 4.0 * std::sqrt(0.09 / 1e4));
  // Found or not is negatively correlated between cells, so that the binomial spread over the
  // satisfying set, p(1-p) <= 1/4, is an upper bound: 4 standard errors.
  const auto cells = static_cast<double>(report.quality.coverage.of);
  EXPECT_NEAR(report.quality.coverage.share, *uniform.coverage, 4.0 * std::sqrt(0.25 / cells));
}

TEST(Report, JsonHasTheAgreedNames) {
  TrainingFacts training;
  training.labelled_rows = {{0, 1}};
  training.classes.known = std::vector<std::uint64_t>{};
  training.classes.is_hidden = [](std::uint64_t) { return true; };
  const nlohmann::json json = to_json(evaluate(tiny::make_table(), {latency_at_most(4)},
                                               cycle({1, 2}), training, tiny_options(2, 2)));
  for (const char* name :
       {"generated",      "validity", "repaired",      "rejected",    "uniqueness",
        "novelty",        "coverage", "inside",        "labels_used", "evaluations",
        "select",         "report",   "optimum_found", "feasible",    "best_possible",
        "selector_limit", "hidden",   "controls",      "versus",      "seconds"}) {
    EXPECT_TRUE(json.contains(name)) << name;
  }
  EXPECT_EQ(json["inside"]["all"], 1.0);
  EXPECT_EQ(json["inside"][latency_at_most(4).text], 1.0);
  EXPECT_EQ(json["novelty"], 1.0);
  EXPECT_EQ(json["select"], (nlohmann::json{{"metric", "valid"}, {"mean", 85.0}, {"sd", 0.0}}));
  EXPECT_EQ(json["best_possible"], (nlohmann::json{{"select", 85.0}, {"report", 90.0}}));
  EXPECT_EQ(json["hidden"]["distinct"], 2);
  for (const char* name : {"uniform_space", "uniform_training", "best_training_label",
                           "regularised_evolution", "local_search"}) {
    const nlohmann::json& entry = json["controls"][name];
    EXPECT_TRUE(entry.contains("select") && entry.contains("optimum_found")) << name;
    EXPECT_TRUE(json["versus"][name].contains("low")) << name;
  }
  EXPECT_FALSE(json["controls"]["local_search"].contains("inside"));
  EXPECT_TRUE(json["seconds"].contains("generate"));
}

TEST(Report, TextForPeople) {
  EvaluationReport report =
      evaluate(tiny::make_table(), {latency_at_most(4)}, cycle({1, 2}), {}, tiny_options(2, 2));
  report.generate_seconds = 0.0;
  const std::string text = print(report);
  EXPECT_EQ(text.find("nan"), std::string::npos) << text;
  EXPECT_NE(text.find("coverage: 0 of 3 found in 0 draws\n"), std::string::npos) << text;
  EXPECT_NE(text.find("generator                 85.000 +- 0.000    85.000 +- 0.000        2"),
            std::string::npos)
      << text;
}

TEST(Report, AZeroHasNoSign) {
  EvaluationReport report = evaluate(tiny::make_table(), {}, cycle({1}), {}, tiny_options(1, 1));
  report.versus = {{"other", {-0.0004, -0.0006, 0.0, 2}}};
  const std::string text = print(report);
  EXPECT_NE(text.find(" 0.000 [-0.001, 0.000] (2 pairs)\n"), std::string::npos) << text;
}

TEST(Evaluate, RealTableGeneratorOfTheSatisfyingSet) {
  DINAS_NEED_DATA();
  // A perfect generator of the 157 cells above the rounded CIFAR-10 top 1 % cut-off.
  const Table table =
      load_tables({data_folder() + "/nasbench201/nasbench201.csv.gz"}, make_nasbench201());
  const std::vector<TableBound> bounds = {
      {"cifar10_test_200", Direction::kMax, 93.775, "cifar10 top 1%"}};
  const Rows rows = satisfying_rows(table, bounds);
  const DrawFunction draw = [&](std::uint64_t count, std::uint32_t first) {
    Draw drawn;
    for (std::uint32_t i = 0; i < count; ++i) {
      RandomStream stream(5, Purpose::kCheck, first + i);
      const auto n = static_cast<std::uint32_t>(rows.size());
      drawn.architectures.push_back(table.architecture(rows[stream.below(n)]));
    }
    return drawn;
  };
  EvaluateOptions options;
  options.select = {"cifar10valid_test_200", Direction::kMax};
  options.report = {"cifar10_test_200", Direction::kMax};
  const EvaluationReport report = evaluate(table, bounds, draw, {}, options);
  EXPECT_EQ(report.quality.inside.all, 1.0);
  EXPECT_EQ(report.quality.coverage.share,
            1.0);  // a miss has probability below 157 (156/157)^10000 < 1e-25
  EXPECT_NEAR(report.best_possible->report, 94.3733, 1e-4);  // published to 4 decimals
  EXPECT_NEAR(*control(report, "uniform_space").inside, 157.0 / (15625 - 341), 1e-12);
  // No finite choice inside the set passes the selector's limit in the selected metric.
  EXPECT_LE(report.outcome.select.mean, report.selector_limit->select);
  EXPECT_GT(report.outcome.feasible, 0U);
}

}  // namespace
}  // namespace dinas
