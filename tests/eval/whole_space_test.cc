// The protocol on all of NAS-Bench-201, with made-up values and with the real ones.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "eval/protocol.h"
#include "support/data.h"

namespace dinas {
namespace {

using Rows = std::vector<std::size_t>;

/// The whole space with a metric that has no structure, and uniform draws from it.
class RandomValues {
 public:
  RandomValues() : table_(make_nasbench201()) {
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

TEST(WholeSpace, DependsOnTheSeedAndNotOnThreads) {
  const RandomValues space;
  const auto one = without_seconds(space.evaluate_uniform(1, 1));
  EXPECT_EQ(one, without_seconds(space.evaluate_uniform(1, 1)));
  EXPECT_EQ(one, without_seconds(space.evaluate_uniform(1, 3)));
  const auto other = without_seconds(space.evaluate_uniform(2, 1));
  for (const char* name : {"uniform_space", "uniform_training", "local_search"}) {
    EXPECT_NE(one.at("controls").at(name), other.at("controls").at(name)) << name;
  }
  EXPECT_EQ(one.at("coverage"), other.at("coverage"));  // the generator has its own streams
}

TEST(WholeSpace, UniformDrawsMeetTheClosedFormsOfTheUniformControl) {
  const RandomValues space;
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

TEST(WholeSpace, RealTableGeneratorOfTheSatisfyingSet) {
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
