#include "reproduce/report.h"

#include <gtest/gtest.h>

namespace dinas {
namespace {

const HasMetric kNothing = [](const std::string&) { return false; };

// NAS-Bench-201 without official files, where one experiment of each profile was run.
struct Case {
  Protocol protocol =
      protocol_of("nasbench201", [](const std::string& n) { return !n.ends_with("_valid_200"); });
  ExperimentResult result;

  Case() {
    result.training = {15'284, 15'284, 955, 0.25, 90.0};
    result.size = {50, 3, 20};
    result.where = {"cifar10_test_200 top 5%"};
    result.seconds_an_architecture = 0.5;
    result.seconds = 30.0;  // twice, and 90 s of one training: 2.5 minutes
    result.published.select_metric.metric = "cifar10_test_200";
    result.published.report_metric.metric = "cifar10_test_200";
    result.published.outcome.select = result.published.outcome.report = {93.125, 0.25};
    result.published.repeats = 3;
    result.published.quality.inside = {{{"cifar10_test_200 top 5%", 0.0}}, 0.0, 1.0};
    result.honest = result.published;
    result.honest.select_metric.metric = "cifar10_valid_12";
    result.honest.outcome.report = {92.5, 0.5};
    result.honest.labels_used = 15'284;
    result.honest.evaluations = 50;
    result.honest.best_possible = Pick{94.37, 94.37, true};
    Control uniform;
    uniform.name = "uniform_space";
    uniform.outcome.report = {91.75, 0.75};
    result.honest.controls = {uniform};
    result.cuts = {{"paper-cifar10", "repeats", "10", "1", 7200.0}};
  }

  [[nodiscard]] nlohmann::json report() const {
    const auto file = to_json(protocol.experiments.front(), protocol.models.front(), result);
    return reproduction_report(protocol, kNothing, {{"t.csv"}, 10.0, 7}, {file, file},
                               {{"paper-cifar100", "no libtorch"}});
  }
};

std::string line_with(const std::string& text, const std::string& start) {
  const std::size_t at = text.find("\n" + start);
  if (at == std::string::npos) return "";
  return text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

TEST(ReproductionReport, PutsPublishedRowsBesideOurs) {
  const std::string text = print_reproduction(Case().report());
  EXPECT_EQ(line_with(text, "| default-class-cifar10 "),
            "| default-class-cifar10 | `cifar10_test_200 top 5%` | 50 x 3 | 0.000 | 0.000 | "
            "cifar10_test_200 | 93.12 ± 0.25 | cifar10_test_200 | 93.12 ± 0.25 | "
            "val 91.61 (PWC); test 94.37 (PWC); test 94.37 +- 0.00 (EDNAG) | 0.5 |");
  EXPECT_NE(text.find("| default-class-cifar10 | 15284 | 50 | cifar10_valid_12 | cifar10_test_200 "
                      "| 92.50 ± 0.50 | 94.37 | 91.75 ± 0.75 | - | - | - | - |"),
            std::string::npos)
      << text;
}

TEST(ReproductionReport, OneRepeatHasNoSpreadAndSeveralBoundsHaveTheirOwnShares) {
  Case c;
  c.result.size.repeats = 1;
  c.result.honest.repeats = 1;
  c.result.where = {"a <= 2", "b >= 1"};
  c.result.published.quality.inside = {{{"a <= 2", 0.75}, {"b >= 1", 0.5}}, 0.25, 0.5};
  const std::string text = print_reproduction(c.report());
  EXPECT_NE(
      text.find(
          "| 50 x 1 | 0.000 | 0.250 (0.750, 0.500); known of 0.500 | cifar10_test_200 | 93.12 |"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("| 92.50 | 94.37 | 91.75 | - |"), std::string::npos);
}

TEST(ReproductionReport, SaysWhatWasCutNotRunAndNotChecked) {
  const nlohmann::json report = Case().report();
  EXPECT_EQ(report.at("cuts").size(), 1U);  // of two results with the same one
  const std::string text = print_reproduction(report);
  EXPECT_NE(text.find("| paper-cifar10 | repeats | 10 | 1 | 2.0 h |"), std::string::npos);
  EXPECT_NE(text.find("- paper-cifar100: no libtorch\n"), std::string::npos);
  EXPECT_NE(text.find("- imagenet16_120 val 46.66 (PWC): needs `imagenet16_120_valid_200` of "
                      "NATS-tss-v1_0-3ffb9-simple"),
            std::string::npos);
  EXPECT_NE(text.find("trainings and results took 2.5; seed 7"), std::string::npos);
  EXPECT_NE(text.find("the tables have no cifar100_valid_200"), std::string::npos);
}

TEST(ReproductionReport, FiguresThatTheTablesCanCheckAreNotListedAsUnchecked) {
  const Case c;
  const HasMetric all = [](const std::string&) { return true; };
  const nlohmann::json report = reproduction_report(c.protocol, all, {{"t"}, 1.0, 0}, {}, {});
  const std::string text = print_reproduction(report);
  EXPECT_EQ(text.find("val 46.66 (PWC): needs"), std::string::npos);
  EXPECT_NE(text.find("search time, s 15.36 (PWC): needs the hardware"), std::string::npos);
  EXPECT_NE(text.find("forced\n\nNone.\n"), std::string::npos);
}

}  // namespace
}  // namespace dinas
