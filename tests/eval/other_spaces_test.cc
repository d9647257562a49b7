// Quality and controls where the table knows a small part of the space, and computed bounds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "eval/evaluate.h"
#include "support/nan.h"
#include "support/ruled_skeletons.h"
#include "support/toy_space.h"

namespace dinas {
namespace {

// A chain of the operations between input and output.
Architecture cell(const Space& space, const std::vector<std::string>& operations) {
  const std::size_t n = operations.size() + 2;
  std::string matrix;
  for (std::size_t i = 0; i < n; ++i) {
    matrix += i == 0 ? "[" : ",[";
    for (std::size_t j = 0; j < n; ++j) {
      matrix += (j == 0 ? "" : ",") + std::string(j == i + 1 ? "1" : "0");
    }
    matrix += "]";
  }
  std::string ops = R"("input")";
  for (const std::string& operation : operations) ops += ",\"" + operation + "\"";
  std::string why;
  return space.parse("{\"matrix\":[" + matrix + "],\"ops\":[" + ops + ",\"output\"]}", why).value();
}

const std::string kConv = "conv3x3-bn-relu";
const std::string kPool = "maxpool3x3";

class SmallPart : public testing::Test {
 protected:
  SmallPart() {
    table_.add_architecture(conv_);
    table_.add_architecture(two_);
    table_.add_architecture(empty_);
    table_.add_column("accuracy", "t.csv").values = {90, 95, kNaN};
    table_.add_column("depth", "t.csv").values = {2, 3, kNaN};  // computed for empty_: 1
  }

  [[nodiscard]] Quality measure(const std::vector<Architecture>& samples,
                                const std::vector<TableBound>& bounds) const {
    const std::size_t n = samples.size();
    return measure_quality({n, 0, samples, {n, n}}, table_, bounds, {});
  }
  static TableBound depth_at_most(double value) {
    return {"depth", Direction::kMin, value, "depth"};
  }
  static TableBound accuracy_at_least(double value) {
    return {"accuracy", Direction::kMax, value, "accuracy"};
  }

  std::shared_ptr<const Space> space_ = find_space("nasbench101");
  Architecture conv_ = cell(*space_, {kConv});
  Architecture two_ = cell(*space_, {kConv, kPool});
  Architecture empty_ = cell(*space_, {});
  Architecture pool_ = cell(*space_, {kPool});                 // not in the table; depth 2
  Architecture three_ = cell(*space_, {kConv, kConv, kPool});  // depth 4
  Table table_{space_};
};

TEST_F(SmallPart, ComputedBoundsAreJudgedWithoutARow) {
  const Quality q = measure({conv_, two_, empty_, pool_, three_}, {depth_at_most(2)});
  EXPECT_EQ(q.unknown, 2U);
  EXPECT_DOUBLE_EQ(q.inside.per_bound.at(0).second, 3.0 / 5.0);  // conv, empty, pool
  EXPECT_DOUBLE_EQ(q.inside.all, 3.0 / 5.0);
  EXPECT_DOUBLE_EQ(q.inside.known, 1.0);
}

TEST_F(SmallPart, KnownNeedsAValueForEveryBound) {
  // Accuracies: conv 90, two 95, nobody knows the others.
  const Quality q =
      measure({conv_, two_, empty_, pool_, three_}, {depth_at_most(2), accuracy_at_least(80)});
  EXPECT_DOUBLE_EQ(q.inside.per_bound.at(1).second, 2.0 / 5.0);
  EXPECT_DOUBLE_EQ(q.inside.all, 1.0 / 5.0);    // conv
  EXPECT_DOUBLE_EQ(q.inside.known, 2.0 / 5.0);  // conv, two
  EXPECT_DOUBLE_EQ(measure({pool_}, {accuracy_at_least(80)}).inside.known, 0.0);
  // Without bounds it is the rows of the table.
  EXPECT_DOUBLE_EQ(measure({conv_, pool_}, {}).inside.known, 0.5);
  EXPECT_DOUBLE_EQ(measure({conv_, pool_}, {}).inside.all, 0.5);
}

TEST_F(SmallPart, RejectedSamplesAreKnownToKeepNothing) {
  const Quality q = measure_quality({4, 2, {conv_, pool_}, {4, 2}}, table_, {}, {});
  EXPECT_DOUBLE_EQ(q.inside.known, 3.0 / 4.0);  // all but pool
}

TEST_F(SmallPart, SamplesOnHiddenClassesAreJudgedLikeAllOthers) {
  TrainingClasses training;
  training.is_hidden = [&](std::uint64_t c) { return c == space_->canonical_class(pool_); };
  const std::vector<TableBound> bounds = {depth_at_most(2)};
  const Quality q = measure_quality({2, 0, {conv_, pool_}, {2, 2}}, table_, bounds, training);
  EXPECT_DOUBLE_EQ(q.hidden->share, 0.5);
  EXPECT_DOUBLE_EQ(q.hidden->inside, 1.0);
}

TEST_F(SmallPart, ASampleTheTableDoesNotKnowCanBeChosenByComputedValues) {
  const Criterion depth{"depth", Direction::kMax};
  const std::vector<Architecture> samples = {conv_, three_, pool_};
  EXPECT_EQ(Selection(table_, {}, depth, depth).choose(samples)->select, 4);
  const std::vector<TableBound> bounds = {accuracy_at_least(80)};  // known of conv alone
  EXPECT_EQ(Selection(table_, bounds, depth, depth).choose(samples)->select, 2);
  // A bound on the selected metric itself does not restrict the choice, but is not kept.
  const std::vector<TableBound> shallow = {depth_at_most(2)};
  const auto pick = Selection(table_, shallow, depth, depth).choose(samples);
  EXPECT_EQ(pick->select, 4);
  EXPECT_FALSE(pick->inside);
}

TEST_F(SmallPart, SizesAreNodesOfTheSamplesGraphs) {
  const Quality q = measure({conv_, pool_, two_, empty_, three_, conv_}, {});
  EXPECT_EQ(q.sizes, (std::map<std::size_t, std::uint64_t>{{2, 1}, {3, 3}, {4, 1}, {5, 1}}));
}

std::set<std::string> names(const EvaluationReport& report) {
  std::set<std::string> result;
  for (const Control& control : report.controls) result.insert(control.name);
  return result;
}

EvaluateOptions options(std::uint64_t queries, std::uint64_t repeats, const std::string& metric) {
  EvaluateOptions result;
  result.queries = queries;
  result.repeats = repeats;
  result.select = result.report = {metric, Direction::kMax};
  result.coverage_draws = 2;
  return result;
}

DrawFunction always(const Architecture& a) {
  return [a](std::uint64_t count, std::uint32_t) {
    return Draw{std::vector<Architecture>(count, a), 0};
  };
}

TEST_F(SmallPart, ControlsAreRowsAndNoSearches) {
  TrainingFacts training;
  training.labelled_rows = {{0}};
  const auto report =
      evaluate(table_, {accuracy_at_least(92)}, always(conv_), training, options(3, 4, "accuracy"));
  EXPECT_EQ(names(report),
            (std::set<std::string>{"uniform_table", "uniform_training", "best_training_label"}));
  const Control& uniform = report.controls.at(0);
  EXPECT_DOUBLE_EQ(*uniform.inside, 1.0 / 2.0);  // of the rows with an accuracy
  // Three distinct rows of three: the best one every time.
  EXPECT_EQ(uniform.outcome.feasible, 4U);
  EXPECT_EQ(uniform.outcome.select.mean, 95.0);
}

TEST_F(SmallPart, OneQueryIsAUniformRow) {
  const auto report = evaluate(table_, {}, always(conv_), {}, options(1, 3000, "accuracy"));
  ASSERT_EQ(names(report), (std::set<std::string>{"uniform_table"}));
  const Outcome& outcome = report.controls.at(0).outcome;
  // A third of the rows has no accuracy; the others are 90 and 95 equally often. Six sd each.
  EXPECT_NEAR(static_cast<double>(outcome.feasible), 2000, 6 * std::sqrt(3000 * 2 / 9.0));
  EXPECT_NEAR(outcome.select.mean, 92.5, 6 * 2.5 / std::sqrt(2000.0));
}

// A space with rules that the table knows whole is searched, and only valid ones are met.
TEST(RuledControls, SearchWhatTheTableKnows) {
  const Ruled ruled = dependent_chain();
  Table table(std::make_shared<SkeletonSpace>(ruled.skeleton));
  Column& score = table.add_column("score", "t.csv");
  for (std::size_t i = 0; i < ruled.valid.size(); ++i) {
    table.add_architecture(ruled.valid[i]);
    score.values[i] = static_cast<double>(i * 7 % 10);
  }
  const auto report = evaluate(table, {}, always(ruled.valid[0]), {}, options(10, 5, "score"));
  EXPECT_EQ(names(report),
            (std::set<std::string>{"uniform_space", "regularised_evolution", "local_search"}));
  for (const Control& control : report.controls) {
    EXPECT_EQ(control.outcome.feasible, 5U) << control.name;
    EXPECT_GE(control.outcome.select.mean, 5.0) << control.name;
  }
}

}  // namespace
}  // namespace dinas
