#include "eval/compare.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "eval/compare_report.h"
#include "eval/search_task.h"
#include "eval/tiny_table.h"
#include "search/methods.h"
#include "support/data.h"

namespace dinas {
namespace {

MetricSpec spec(const char* name, Direction direction) {
  return {name, direction, MetricLevel::kCell};
}

KnownTask known_task(const Table& table, const std::vector<MetricSpec>& objectives,
                     const std::vector<AskedLimit>& limits = {}) {
  SearchTask task = asked_task(table.shared_space(), objectives, limits);
  mark_computed(task, &table);
  return table_task(std::move(task), table, {});
}

/// Asks for the given architectures, one after the other.
class Script : public SearchMethod {
 public:
  explicit Script(std::vector<Architecture> order) : order_(std::move(order)) {}
  [[nodiscard]] std::string_view name() const override { return "script"; }
  std::vector<Architecture> propose(const History& history, std::size_t) override {
    if (history.size() >= order_.size()) return {};
    return {order_[history.size()]};
  }

 private:
  std::vector<Architecture> order_;
};

ComparedMethod script(const char* name, std::vector<std::size_t> rows) {
  std::vector<Architecture> order;
  for (const std::size_t row : rows) order.push_back(tiny::kCells[row]);
  return {name,
          [order](const SearchTask&, std::uint64_t) { return std::make_unique<Script>(order); }};
}

Comparison compare(const KnownTask& known, const std::vector<ComparedMethod>& methods,
                   std::uint64_t budget) {
  CompareOptions options;
  options.budget = budget;
  options.seeds = 2;
  return compare_methods(known.task, listed_target(known.task, known.evaluator), known.evaluator,
                         nullptr, methods, options);
}

TEST(Compare, CountsEvaluationsUntilTheOptimum) {
  const Table table = tiny::make_table();
  const KnownTask known = known_task(table, {spec("test", Direction::kMax)});
  EXPECT_EQ(known.task.pool.size(), 5U);  // all but the degenerate row
  const Comparison c = compare(known, {script("good", {3, 1}), script("bad", {0, 3, 2})}, 3);
  EXPECT_EQ(c.methods[0].curve.mean, (std::vector<double>{70, 90, 90}));
  EXPECT_EQ(c.methods[1].curve.mean, (std::vector<double>{80, 80, 85}));
  EXPECT_EQ(c.methods[0].evaluations_to_optimum, 2.0);
  EXPECT_EQ(c.methods[1].evaluations_to_optimum, 3.0);  // a miss counts as the budget
  EXPECT_EQ(c.methods[0].hit_share, 1.0);
  EXPECT_EQ(c.methods[1].hit_share, 0.0);
  EXPECT_EQ(c.methods[1].regret, 5.0);
  ASSERT_EQ(c.differences.size(), 1U);
  EXPECT_EQ(c.differences[0].interval.mean, 5.0);
}

TEST(Compare, CountsOnlyWhatKeepsTheLimits) {
  const Table table = tiny::make_table();
  const KnownTask known =
      known_task(table, {spec("valid", Direction::kMax)}, {{"latency", Direction::kMin, 4.0}});
  // Rows 1 and 2 keep the limit; the best of them is 85.
  const Comparison c = compare(known, {script("s", {0, 1, 2}), script("none", {0, 3})}, 3);
  EXPECT_TRUE(std::isnan(c.methods[0].curve.mean[0]));
  EXPECT_EQ(c.methods[0].curve.mean[2], 85.0);
  EXPECT_EQ(c.methods[0].regret, 0.0);
  EXPECT_EQ(c.methods[1].regret, 5.0);  // nothing found counts as the worst, 80
  EXPECT_EQ(c.methods[1].small_regret_share, 0.0);
}

TEST(Compare, SharesOfTheHypervolume) {
  const Table table = tiny::make_table();
  const KnownTask known =
      known_task(table, {spec("test", Direction::kMax), spec("latency", Direction::kMin)});
  // test spans 60 to 90, latency 2 to 6: row 1 is (1, 3/4), row 5 (0, 1), which adds nothing, and
  // the others are below row 1. Row 2 is (5/6, 1/2).
  const Comparison c = compare(known, {script("s", {5, 2, 1})}, 3);
  EXPECT_DOUBLE_EQ(c.methods[0].curve.mean[0], 0.0);
  EXPECT_DOUBLE_EQ(c.methods[0].curve.mean[1], 5.0 / 12.0 / 0.75);
  EXPECT_DOUBLE_EQ(c.methods[0].curve.mean[2], 1.0);
}

TEST(Compare, ThreadsChangeNothing) {
  const Table table = computed_table(make_nasbench201());
  const KnownTask known = known_task(table, {spec("cifar10_params_m", Direction::kMax)});
  EXPECT_FALSE(known.task.metrics[0].computed.has_value());  // or there were nothing to find
  CompareOptions options;
  options.budget = 30;
  options.seeds = 3;
  const auto run = [&](int threads) {
    options.threads = threads;
    std::vector<ComparedMethod> methods;
    for (const char* name : {"predictor", "local"}) {
      methods.push_back({name, [name](const SearchTask& task, std::uint64_t seed) {
                           return make_search_method(name, task, seed);
                         }});
    }
    auto c = compare_methods(known.task, {}, known.evaluator, nullptr, methods, options);
    return std::vector{c.methods[0].best, c.methods[1].best};
  };
  EXPECT_EQ(run(1), run(3));
}

TEST(Compare, RefusesWhatMakesNoSense) {
  const Table table = tiny::make_table();
  const KnownTask known = known_task(table, {spec("test", Direction::kMax)});
  EXPECT_THROW(compare(known, {}, 3), UsageError);
  EXPECT_THROW(compare(known, {script("a", {0}), script("a", {1})}, 3), UsageError);
  EXPECT_THROW(compare(known, {script("a", {0})}, 0), UsageError);
}

TEST(Compare, ReportsTheKeysThatArePromised) {
  const Table table = tiny::make_table();
  const KnownTask known = known_task(table, {spec("test", Direction::kMax)});
  const Comparison c = compare(known, {script("s", {3, 1})}, 3);
  const auto json = to_json(c, listed_target(known.task, known.evaluator));
  EXPECT_EQ(json["optimum"], 90.0);
  EXPECT_EQ(json["methods"]["s"]["best_at"]["3"], 90.0);
  EXPECT_EQ(json["methods"]["s"]["hit_share"], 1.0);
  EXPECT_EQ(json["methods"]["s"]["evaluations_to_optimum_mean"], 2.0);
  EXPECT_TRUE(json["methods"]["s"]["seconds_mean"].is_number());
  EXPECT_NE(to_svg(c, "a < b").find("a &lt; b"), std::string::npos);
}

TEST(Compare, ThePinnedPredictorReachesItsFloor) {
  DINAS_NEED_DATA();
  const Table table =
      load_tables({data_folder() + "/nasbench201/nasbench201.csv.gz"}, make_nasbench201());
  const KnownTask known = known_task(table, {spec("cifar10_test_200", Direction::kMax)});
  CompareOptions options;
  options.budget = 50;
  options.seeds = 20;
  options.threads = 2;
  const Comparison c = compare_methods(known.task, listed_target(known.task, known.evaluator),
                                       known.evaluator, nullptr,
                                       {{"predictor",
                                         [](const SearchTask& task, std::uint64_t seed) {
                                           return make_search_method("predictor", task, seed);
                                         }}},
                                       options);
  // 94.16 over 100 seeds with a deviation of .2 a run: .1 is more than 2 standard errors of 20.
  EXPECT_GT(c.methods[0].curve.mean.back(), 94.06);
}

}  // namespace
}  // namespace dinas
