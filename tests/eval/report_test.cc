#include "eval/report.h"

#include <gtest/gtest.h>

#include <string>

#include "eval/protocol.h"

namespace dinas {
namespace {

using tiny::latency_at_most;

TEST(Report, JsonHasTheAgreedNames) {
  TrainingFacts training;
  training.labelled_rows = {{0, 1}};
  training.classes.known = std::vector<std::uint64_t>{};
  training.classes.is_hidden = [](std::uint64_t) { return true; };
  const nlohmann::json json = to_json(evaluate(tiny::make_table(), {latency_at_most(4)},
                                               cycle({1, 2}), training, tiny_options(2, 2)));
  for (const char* name :
       {"generated",      "validity", "projected",     "rejected",    "uniqueness",
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

// Uniform rows can be judged, so samples stand beside them with those that can.
TEST(Report, HiddenCellsInsideAreOfThoseJudged) {
  EvaluationReport report = evaluate(tiny::make_table(), {}, cycle({1}), {}, tiny_options(1, 1));
  report.quality.hidden = {
      .share = 0.5, .inside = 0.2, .known = 0.8, .distinct = 3, .of = 4, .uniform = 0.125};
  EXPECT_NE(print(report).find("hidden classes: 0.5000 of the samples, 0.8000 of those can be "
                               "judged, of those inside 0.2500 (uniform 0.1250), found 3 of 4\n"),
            std::string::npos);
  const nlohmann::json hidden = to_json(report)["hidden"];
  EXPECT_EQ(hidden["known"], 0.8);
  EXPECT_EQ(hidden["of_known"], 0.25);
  report.quality.hidden->known = 1.0;
  EXPECT_NE(print(report).find("hidden classes: 0.5000 of the samples, of those inside 0.2000 "),
            std::string::npos);
}

TEST(Report, TheGeneratorIsInsideOfWhatIsKnownAsUniformRowsAre) {
  // A sample inside, one outside and two that the table does not have; of five rows four have a
  // value and three are inside.
  const DrawFunction draw = [](std::uint64_t count, std::uint32_t) {
    const std::vector<Architecture> all = {tiny::kCells[0], tiny::kCells[1], tiny::kUnknown,
                                           tiny::kUnknown};
    return Draw{{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)}, 0};
  };
  const EvaluationReport report =
      evaluate(tiny::make_table(), {tiny::valid_at_least(85)}, draw, {}, tiny_options(4, 1));
  EXPECT_DOUBLE_EQ(report.quality.inside.all, 0.25);
  EXPECT_DOUBLE_EQ(*control(report, "uniform_space").inside, 3.0 / 4.0);
  const std::string text = print(report);
  const std::size_t row = text.find("\ngenerator ");
  ASSERT_NE(row, std::string::npos) << text;
  EXPECT_NE(text.substr(row, 100).find("   0.500 "), std::string::npos) << text;
}

TEST(Report, AZeroHasNoSign) {
  EvaluationReport report = evaluate(tiny::make_table(), {}, cycle({1}), {}, tiny_options(1, 1));
  report.versus = {{"other", {-0.0004, -0.0006, 0.0, 2}}};
  const std::string text = print(report);
  EXPECT_NE(text.find(" 0.000 [-0.001, 0.000] (2 pairs)\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace dinas
