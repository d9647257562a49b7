#include "train/training_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/error.h"
#include "support/nan.h"

namespace dinas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Operations: 0 none, 1 skip, 2 conv 1x1, 3 conv 3x3, 4 pool; edges 01 02 12 03 13 23. A
// convolution on edge 01 with a skip on 13 computes the same as one on edge 03: twins.
const Architecture kConvViaOne = {3, 0, 0, 0, 1, 0};
const Architecture kConvDirect = {0, 0, 0, 3, 0, 0};
const Architecture kPool = {0, 0, 0, 4, 0, 0};
const Architecture kSkip = {0, 0, 0, 1, 0, 0};
const Architecture kConv1x1 = {0, 0, 0, 2, 0, 0};
const Architecture kDegenerate = {3, 0, 0, 0, 0, 0};

// row                accuracy  latency
// 0 conv via one        90        4
// 1 degenerate          99        0.1
// 2 pool                 -        -
// 3 conv direct         80        inf (taken as missing)
// 4 skip                80        1
// 5 conv 1x1             -        4
Table table_by_hand() {
  Table table(find_space("nasbench201"));
  for (const auto& architecture : {kConvViaOne, kDegenerate, kPool, kConvDirect, kSkip, kConv1x1}) {
    table.add_architecture(architecture);
  }
  table.add_column("accuracy", "a.csv").values = {90, 99, kNaN, 80, 80, kNaN};
  table.add_column("latency", "a.csv").values = {4, 0.1, kNaN, kInfinity, 1, 4};
  table.add_column("empty", "a.csv");
  return table;
}

const std::vector<MetricSpec> kBothMetrics = {{"accuracy", Direction::kMax, MetricLevel::kCell},
                                              {"latency", Direction::kMin, MetricLevel::kCell}};

TEST(TrainingSet, LabelledRowsFirstWithRanksByHand) {
  const Table table = table_by_hand();
  const TrainingSet set = make_training_set(table, kBothMetrics, {});
  EXPECT_EQ(set.labelled, 4U);
  EXPECT_EQ(set.architectures,
            (std::vector<Architecture>{kConvViaOne, kConvDirect, kSkip, kConv1x1, kPool}));
  EXPECT_EQ(set.metrics.at(0).best_first(), (std::vector<double>{90, 80, 80}));
  EXPECT_EQ(set.metrics.at(1).best_first(), (std::vector<double>{1, 4, 4}));
  EXPECT_EQ(set.labels.metrics, 2U);
  EXPECT_EQ(set.labels.ranks, (std::vector<std::uint32_t>{1, 3, 3, 0, 3, 1, 0, 3}));
  EXPECT_EQ(set.labels.classes, (std::vector<std::uint64_t>{table.class_of(0), table.class_of(3),
                                                            table.class_of(4), table.class_of(5)}));
  EXPECT_EQ(set.space, table.shared_space());
}

TEST(TrainingSet, SeenClassesAreSortedAndDistinct) {
  const Table table = table_by_hand();
  ASSERT_EQ(table.class_of(0), table.class_of(3));  // the twins
  const TrainingSet set = make_training_set(table, kBothMetrics, {});
  std::vector<std::uint64_t> expected = {table.class_of(0), table.class_of(2), table.class_of(4),
                                         table.class_of(5)};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(set.seen_classes, expected);
}

TEST(TrainingSet, MarginalsCountLabelledAndUnlabelledArchitectures) {
  const TrainingSet set = make_training_set(table_by_hand(), kBothMetrics, {});
  ASSERT_EQ(set.marginals.size(), 6U);
  const auto expect_marginal = [&set](std::size_t variable, const std::vector<double>& expected) {
    ASSERT_EQ(set.marginals[variable].size(), expected.size());
    for (std::size_t v = 0; v < expected.size(); ++v) {
      EXPECT_DOUBLE_EQ(set.marginals[variable][v], expected[v]) << variable << " " << v;
    }
  };
  expect_marginal(0, {.8, 0, 0, .2, 0});
  expect_marginal(1, {1, 0, 0, 0, 0});
  expect_marginal(2, {1, 0, 0, 0, 0});
  expect_marginal(3, {.2, .2, .2, .2, .2});
  expect_marginal(4, {.8, .2, 0, 0, 0});
  expect_marginal(5, {1, 0, 0, 0, 0});
}

TEST(TrainingSet, OneLabelPerClassLeavesTheTwinUnlabelled) {
  const Table table = table_by_hand();
  std::set<Architecture> labelled_members;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const TrainingSet set = make_training_set(table, {kBothMetrics[0]}, {2, 0.0, seed});
    // Two classes have an accuracy: the twins' and skip's.
    ASSERT_EQ(set.labelled, 2U);
    EXPECT_EQ(set.architectures.size(), 5U);
    EXPECT_EQ(set.seen_classes.size(), 4U);
    EXPECT_EQ(set.labels.rows(), 2U);
    EXPECT_EQ(set.architectures[1], kSkip);
    labelled_members.insert(set.architectures[0]);
  }
  // Either twin in turn: missing one of two in 40 fair draws has probability 2e-12.
  EXPECT_EQ(labelled_members, (std::set<Architecture>{kConvViaOne, kConvDirect}));
}

TEST(TrainingSet, ClassLevelMetricsDoNotLabelTwins) {
  const std::vector<MetricSpec> metrics = {{"accuracy", Direction::kMax, MetricLevel::kClass}};
  EXPECT_EQ(make_training_set(table_by_hand(), metrics, {2, 0.0, 0}).labelled, 2U);
}

TEST(TrainingSet, WithoutMetricsEveryArchitectureIsUnlabelled) {
  const TrainingSet set = make_training_set(table_by_hand(), {}, {});
  EXPECT_EQ(set.labelled, 0U);
  EXPECT_EQ(set.architectures.size(), 5U);
  EXPECT_TRUE(set.metrics.empty());
}

template <typename Exception = Error>
std::string failure(const std::vector<MetricSpec>& metrics, const SplitOptions& options = {}) {
  try {
    make_training_set(table_by_hand(), metrics, options);
  } catch (const Exception& error) {
    return error.what();
  }
  return "";
}

TEST(TrainingSet, SaysWhatIsWrong) {
  const auto contains = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(
      contains(failure<UsageError>({{"speed", Direction::kMax, {}}}),
               "metric 'speed': expected a column of the table, which has accuracy, latency"));
  EXPECT_TRUE(contains(failure<UsageError>({kBothMetrics[0], kBothMetrics[1], kBothMetrics[0]}),
                       "metric 'accuracy': expected each metric once"));
  EXPECT_TRUE(contains(failure({kBothMetrics[0], {"empty", Direction::kMax, {}}}),
                       "metric 'empty': expected a value in at least one of the 3 labelled rows"));
  EXPECT_TRUE(contains(failure<UsageError>(kBothMetrics, {4, 0.0, 0}), "expected at most 3"));
  for (const double share : {-0.1, 1.0, kNaN}) {
    EXPECT_TRUE(
        contains(failure<UsageError>(kBothMetrics, {0, share, 0}), "share of hidden classes"));
  }
  EXPECT_TRUE(contains(failure(kBothMetrics, {0, 1.0 - 1e-9, 0}), "none in the table's 6 rows"));
}

TEST(HiddenClass, DependsOnClassShareAndSeedAlone) {
  EXPECT_FALSE(is_hidden_class(17, 0.0, 3));
  int differing = 0;
  for (std::uint64_t c = 0; c < 1000; ++c) {
    const std::uint64_t canonical_class = c * 0x9e3779b97f4a7c15ULL;
    const bool hidden = is_hidden_class(canonical_class, 0.3, 1);
    EXPECT_EQ(hidden, is_hidden_class(canonical_class, 0.3, 1));
    EXPECT_TRUE(!hidden || is_hidden_class(canonical_class, 0.5, 1));
    if (hidden != is_hidden_class(canonical_class, 0.3, 2)) ++differing;
  }
  // Two independent coins of .3 differ with probability .42; sd of the count 15.6, six of them.
  EXPECT_NEAR(differing, 420, 94);
}

TEST(HiddenClass, UsesAllBitsOfTheClass) {
  int hidden = 0;
  for (std::uint64_t c = 0; c < 1000; ++c) hidden += is_hidden_class(c << 32, 0.3, 1) ? 1 : 0;
  EXPECT_NEAR(hidden, 300, 87);  // sd 14.5, six of them
}

// Every cell of the space, with its parameters as the only metric.
Table whole_space() {
  const auto space = find_space("nasbench201");
  Table table(space);
  for (std::uint64_t i = 0; i < *space->enumerable(); ++i) {
    table.add_architecture(nth_architecture(space->skeleton(), i));
  }
  table.require_column("cifar10_params_m");
  return table;
}

class WholeSpace : public ::testing::Test {
 protected:
  static const Table& table() {
    static const Table whole = whole_space();
    return whole;
  }
  static TrainingSet make(const SplitOptions& options) {
    return make_training_set(table(), {{"cifar10_params_m", Direction::kMin, {}}}, options);
  }
  static std::uint64_t class_of(const Architecture& architecture) {
    return table().space().canonical_class(architecture);
  }
};

TEST_F(WholeSpace, DegenerateCellsAreLeftOut) {
  const TrainingSet set = make({});
  EXPECT_EQ(set.architectures.size(), 15284U);
  EXPECT_EQ(set.labelled, 15284U);
  EXPECT_EQ(set.seen_classes.size(), 6461U);  // 6,466 less the 5 classes of the 341 cells
}

TEST_F(WholeSpace, HidingHalfOfTheClassesShowsNoneOfThem) {
  const TrainingSet set = make({0, 0.5, 7});
  // Binomial: sd of the number of seen classes is 40; six of them.
  EXPECT_NEAR(static_cast<double>(set.seen_classes.size()), 6461 / 2.0, 241);
  std::size_t visible_cells = 0;
  for (std::size_t row = 0; row < table().rows(); ++row) {
    const bool hidden = is_hidden_class(table().class_of(row), 0.5, 7);
    const bool seen =
        std::binary_search(set.seen_classes.begin(), set.seen_classes.end(), table().class_of(row));
    EXPECT_EQ(seen, !hidden && !table().degenerate(row));
    if (!hidden && !table().degenerate(row)) ++visible_cells;
  }
  EXPECT_EQ(set.architectures.size(), visible_cells);
  for (const auto& architecture : set.architectures) {
    ASSERT_FALSE(is_hidden_class(class_of(architecture), 0.5, 7));
  }
}

TEST_F(WholeSpace, AThousandLabelsAreAThousandClassesWithOneMemberEach) {
  const TrainingSet set = make({1000, 0.0, 3});
  EXPECT_EQ(set.labelled, 1000U);
  EXPECT_EQ(set.labels.rows(), 1000U);
  EXPECT_EQ(set.metrics.at(0).size(), 1000U);
  EXPECT_EQ(set.architectures.size(), 15284U);
  EXPECT_EQ(set.seen_classes.size(), 6461U);
  const std::set<std::uint64_t> classes(set.labels.classes.begin(), set.labels.classes.end());
  EXPECT_EQ(classes.size(), 1000U);
  std::size_t twins = 0;
  for (std::size_t i = 0; i < set.architectures.size(); ++i) {
    const std::uint64_t canonical_class = class_of(set.architectures[i]);
    if (i < set.labelled) {
      ASSERT_EQ(canonical_class, set.labels.classes[i]);
    } else if (classes.contains(canonical_class)) {
      ++twins;
    }
    ASSERT_TRUE(
        std::binary_search(set.seen_classes.begin(), set.seen_classes.end(), canonical_class));
  }
  EXPECT_GT(twins, 0U);
  const std::set<Architecture> distinct(set.architectures.begin(), set.architectures.end());
  EXPECT_EQ(distinct.size(), 15284U);
}

TEST_F(WholeSpace, LabelsAreSeededAndNested) {
  const auto labelled = [](const SplitOptions& options) {
    const TrainingSet set = make(options);
    return std::set<Architecture>(
        set.architectures.begin(),
        set.architectures.begin() + static_cast<std::ptrdiff_t>(set.labelled));
  };
  const auto hundred = labelled({100, 0.25, 5});
  EXPECT_EQ(hundred, labelled({100, 0.25, 5}));
  EXPECT_NE(hundred, labelled({100, 0.25, 6}));
  const auto two_hundred = labelled({200, 0.25, 5});
  EXPECT_TRUE(
      std::includes(two_hundred.begin(), two_hundred.end(), hundred.begin(), hundred.end()));
}

TEST_F(WholeSpace, LabelsDoNotDependOnTheOrderOfTheTable) {
  Table reversed(table().shared_space());
  for (std::size_t row = table().rows(); row > 0; --row) {
    reversed.add_architecture(table().architecture(row - 1));
  }
  reversed.require_column("cifar10_params_m");
  const TrainingSet forward = make({50, 0.0, 5});
  const TrainingSet backward =
      make_training_set(reversed, {{"cifar10_params_m", Direction::kMin, {}}}, {50, 0.0, 5});
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(forward.architectures[i], backward.architectures[49 - i]);
  }
}

TEST_F(WholeSpace, EveryClassIsLabelledEquallyOften) {
  // How often each of the 6,461 classes is among 1,000 labels in 40 seeds: the counts' variance is
  // 40 p (1 - p) with p = 1000 / 6461. Its estimate over all classes has a relative sd of 1.8 %;
  // six of them.
  std::map<std::uint64_t, int> counts;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    for (const std::uint64_t c : make({1000, 0.0, seed}).labels.classes) ++counts[c];
  }
  const double p = 1000.0 / 6461.0;
  double squares = (6461.0 - static_cast<double>(counts.size())) * (40 * p) * (40 * p);
  for (const auto& [c, count] : counts) squares += (count - 40 * p) * (count - 40 * p);
  EXPECT_NEAR(squares / 6461.0 / (40 * p * (1 - p)), 1.0, 0.11);
}

}  // namespace
}  // namespace dinas
