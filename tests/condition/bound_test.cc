#include "condition/bound.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "condition/labels.h"
#include "condition/statistics.h"

namespace dinas {
namespace {

using Form = BoundRequest::Form;

TEST(ParseBound, ReadsTheThreeFormsWithFreeSpaces) {
  struct Case {
    std::string text;
    std::string metric;
    Form form;
    double value;
  };
  const std::vector<Case> cases = {
      {"latency_ms <= 4", "latency_ms", Form::kAtMost, 4.0},
      {"latency_ms<=4", "latency_ms", Form::kAtMost, 4.0},
      {"  hw.fpga-2_ms\t<=  -1.5e-3 ", "hw.fpga-2_ms", Form::kAtMost, -1.5e-3},
      {"accuracy >= 93.5", "accuracy", Form::kAtLeast, 93.5},
      {"accuracy top 1%", "accuracy", Form::kTop, 0.01},
      {"accuracy  top0.1 %", "accuracy", Form::kTop, 0.001},
      {"accuracy top 100%", "accuracy", Form::kTop, 1.0},
      {"top top 5%", "top", Form::kTop, 0.05},
  };
  for (const Case& c : cases) {
    const BoundRequest request = parse_bound(c.text);
    EXPECT_EQ(request.metric, c.metric) << c.text;
    EXPECT_EQ(request.form, c.form) << c.text;
    EXPECT_EQ(request.value, c.value) << c.text;
    EXPECT_EQ(request.text, c.text);
  }
}

struct WrongText {
  std::string text;
  std::string found;
};
const std::vector<WrongText> kWrongTexts = {
    {"", "found the end where the metric's name belongs"},
    {"   ", "found the end where the metric's name belongs"},
    {"<= 4", "found '<= 4' where the metric's name belongs"},
    {"latency", "found the end where '<=', '>=' or 'top' belongs"},
    {"latency < 4", "found '< 4' where '<=', '>=' or 'top' belongs"},
    {"latency > 4", "found '> 4' where '<=', '>=' or 'top' belongs"},
    {"latency = 4", "found '= 4' where"},
    {"latency == 4", "found '== 4' where"},
    {"latency => 4", "found '=> 4' where"},
    {"latency < = 4", "found '< = 4' where"},
    {"latency 4", "found '4' where"},
    {"my latency <= 4", "found 'latency <= 4' where"},
    {"latency (ms) <= 4", "found '(ms) <= 4' where"},
    {"latency \xe2\x89\xa4 4", "where '<=', '>=' or 'top' belongs"},
    // Foreign text is cut between characters at 40 bytes, and controls no terminal.
    {"latency " + std::string(39, 'x') + "\xc3\xa9y", "found '" + std::string(39, 'x') + "' where"},
    {"latency \x1b[31m", "found '?[31m' where"},
    {"accuracytop1%", "found '%' where"},
    {"accuracy bottom 1%", "found 'bottom 1%' where"},
    {"latency <=", "found the end where the value V belongs"},
    {"latency <= four", "found 'four' where the value V belongs"},
    {"latency <= 3 ms", "found 'ms' behind the bound (V is in the metric's own unit"},
    {"latency <= 3ms", "found 'ms' behind the bound"},
    {"latency <= 3%", "found '%' behind the bound"},
    {"latency <= 3,5", "found ',5' behind the bound"},
    {"1 <= latency <= 4", "found 'latency <= 4' where the value V belongs"},
    {"latency <= nan", "found 'nan' where the value V belongs"},
    {"latency <= -inf", "found '-inf' where the value V belongs"},
    {"latency <= 1e999", "found the value V that a double cannot hold"},
    {"accuracy top", "found the end where the share P belongs"},
    {"accuracy top %", "found '%' where the share P belongs"},
    {"accuracy top 1", "found the end where '%' belongs"},
    {"accuracy top 1 percent", "found 'percent' where '%' belongs"},
    {"accuracy top 1% of all", "found 'of all' behind the bound"},
    {"accuracy top 0%", "found a share of 0%, which is not in (0, 100]"},
    {"accuracy top -1%", "found a share of -1%"},
    {"accuracy top 100.5%", "found a share of 100.5%"},
    {"accuracy top nan%", "found 'nan%' where the share P belongs"},
};

TEST(ParseBound, SaysWhatIsWrongAndWhatToWrite) {
  for (const WrongText& c : kWrongTexts) {
    const std::string error = usage_error([&c] { parse_bound(c.text); });
    EXPECT_NE(error.find("bound '" + c.text + "'"), std::string::npos) << c.text << ": " << error;
    EXPECT_NE(error.find(c.found), std::string::npos) << c.text << ": " << error;
    EXPECT_NE(error.find("write for example 'latency_ms <= 4'"), std::string::npos) << error;
  }
}

// Ten accuracies, the best two tied, and five latencies.
std::vector<MetricDistribution> model_metrics() {
  return {MetricDistribution({"accuracy", Direction::kMax, MetricLevel::kCell},
                             {90, 90, 80, 70, 70, 70, 60, 50, 40, 30}),
          MetricDistribution({"latency", Direction::kMin, MetricLevel::kCell}, {1, 2, 3, 4, 5})};
}

Bound resolve_one(const std::string& text) {
  return resolve_bounds({parse_bound(text)}, model_metrics()).at(0);
}

std::uint32_t largest_rank_of(const Bound& bound) {
  return largest_rank(bound, model_metrics()[bound.metric]);
}

TEST(ResolveBounds, ValueBecomesTheTailFractionOfItsRank) {
  const Bound bound = resolve_one("latency <= 3.5");
  EXPECT_EQ(bound.metric, 1U);
  EXPECT_EQ(bound.tau, 0.6);
  EXPECT_EQ(bound.threshold, 3.5);
  EXPECT_FALSE(bound.beyond_labels);
  EXPECT_EQ(bound.text, "latency <= 3.5");
  EXPECT_EQ(largest_rank_of(bound), 3U);

  EXPECT_EQ(resolve_one("accuracy >= 70").tau, 0.6);  // all three 70s
  EXPECT_EQ(resolve_one("accuracy >= 70.1").tau, 0.3);
  EXPECT_EQ(resolve_one("accuracy >= -5").tau, 1.0);
}

TEST(ResolveBounds, ValueBeyondTheLabelsIsFlooredAtOneRow) {
  const Bound accuracy = resolve_one("accuracy >= 91");
  EXPECT_TRUE(accuracy.beyond_labels);
  EXPECT_EQ(accuracy.tau, 0.1);
  EXPECT_EQ(accuracy.threshold, 91);
  EXPECT_EQ(largest_rank_of(accuracy), 0U);

  const Bound best = resolve_one("latency <= 1");
  EXPECT_FALSE(best.beyond_labels);
  EXPECT_EQ(best.tau, 0.2);
  EXPECT_EQ(largest_rank_of(best), 1U);
}

TEST(ResolveBounds, TopKeepsAtMostItsShare) {
  const Bound bound = resolve_one("accuracy top 50%");
  EXPECT_EQ(bound.tau, 0.5);
  EXPECT_EQ(bound.threshold, 80);  // the three 70s would make it 60 %
  EXPECT_FALSE(bound.beyond_labels);
  EXPECT_EQ(largest_rank_of(bound), 5U);

  EXPECT_EQ(resolve_one("accuracy top 60%").threshold, 70);
  EXPECT_EQ(resolve_one("accuracy top 20%").threshold, 90);
  EXPECT_EQ(resolve_one("accuracy top 100%").threshold, 30);
  EXPECT_EQ(resolve_one("latency top 20%").threshold, 1);
}

TEST(ResolveBounds, TopTighterThanTheBestLabelAsksForBetterThanSeen) {
  // A share of one row is within the labels where one label is best, and beyond where two are.
  EXPECT_FALSE(resolve_one("latency top 20%").beyond_labels);
  for (const std::string text : {"accuracy top 10%", "accuracy top 19.9%", "accuracy top 0.01%"}) {
    const Bound bound = resolve_one(text);
    EXPECT_TRUE(bound.beyond_labels) << text;
    EXPECT_EQ(bound.tau, 0.1) << text;
    EXPECT_EQ(largest_rank_of(bound), 0U) << text;
    EXPECT_FALSE(keeps(bound, model_metrics()[0], 90)) << text;
    EXPECT_TRUE(keeps(bound, model_metrics()[0], 90.001)) << text;
  }
  const Bound bound = resolve_one("latency top 19%");
  EXPECT_TRUE(bound.beyond_labels);
  EXPECT_EQ(bound.tau, 0.2);
  EXPECT_FALSE(keeps(bound, model_metrics()[1], 1));
  EXPECT_TRUE(keeps(bound, model_metrics()[1], 0.999));
}

TEST(ResolveBounds, ALabelKeepsTheBoundExactlyIfItsRankDoes) {
  const auto metrics = model_metrics();
  for (const std::string text :
       {"accuracy >= 85", "accuracy >= 70", "accuracy >= 95", "accuracy top 1%", "accuracy top 30%",
        "accuracy top 45%", "accuracy top 60%", "latency <= 0.5", "latency <= 4",
        "latency top 41%"}) {
    const Bound bound = resolve_one(text);
    const auto& metric = metrics[bound.metric];
    for (const double label : metric.best_first()) {
      EXPECT_EQ(keeps(bound, metric, label), metric.rank(label) <= largest_rank_of(bound))
          << text << " with " << label;
    }
  }
}

TEST(ResolveBounds, AMissingValueKeepsNoBound) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(keeps(resolve_one("accuracy top 100%"), model_metrics()[0], missing));
  EXPECT_FALSE(keeps(resolve_one("latency <= 99"), model_metrics()[1], missing));
}

TEST(ResolveBounds, KeepsTheOrderOfTheRequests) {
  const auto bounds = resolve_bounds({parse_bound("latency <= 2"), parse_bound("accuracy top 50%")},
                                     model_metrics());
  ASSERT_EQ(bounds.size(), 2U);
  EXPECT_EQ(bounds[0].metric, 1U);
  EXPECT_EQ(bounds[1].metric, 0U);
  EXPECT_TRUE(resolve_bounds({}, model_metrics()).empty());
}

TEST(ResolveBounds, RefusesWhatMakesNoSense) {
  const auto error = [](const std::vector<std::string>& texts) {
    std::vector<BoundRequest> requests;
    for (const auto& text : texts) requests.push_back(parse_bound(text));
    return usage_error([&requests] { resolve_bounds(requests, model_metrics()); });
  };
  EXPECT_NE(error({"acuracy top 1%"}).find("found 'acuracy'; this model knows accuracy, latency"),
            std::string::npos);
  EXPECT_NE(error({"accuracy <= 90"})
                .find("higher values of accuracy are better; write 'accuracy >= 90'"),
            std::string::npos);
  EXPECT_NE(
      error({"latency >= 2.5"}).find("lower values of latency are better; write 'latency <= 2.5'"),
      std::string::npos);
  const std::string twice = error({"latency <= 4", "accuracy top 1%", "latency top 5%"});
  EXPECT_NE(twice.find("bounds 'latency <= 4' and 'latency top 5%'"), std::string::npos);
  EXPECT_NE(twice.find("found two for latency"), std::string::npos);
}

}  // namespace
}  // namespace dinas
