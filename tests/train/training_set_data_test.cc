// Counts on the real tables: what bounds mean there.
#include <gtest/gtest.h>

#include "condition/bound.h"
#include "support/data.h"
#include "train/training_set.h"

namespace dinas {
namespace {

class RealTables : public ::testing::Test {
 protected:
  static const TrainingSet& set() {
    static const TrainingSet loaded = load();
    return loaded;
  }
  static std::size_t count(const std::vector<std::string>& texts) {
    std::vector<BoundRequest> requests;
    for (const auto& text : texts) requests.push_back(parse_bound(text));
    const auto bounds = resolve_bounds(requests, set().metrics);
    return satisfying_rows(set().labels, bounds, set().metrics).size();
  }

 private:
  static TrainingSet load() {
    const Table table = load_tables({data_folder() + "/nasbench201/nasbench201.csv.gz",
                                     data_folder() + "/hw_nas_bench/nasbench201_cifar10.csv.gz"},
                                    find_space("nasbench201"));
    std::vector<MetricSpec> metrics;
    for (const auto* spec :
         {"cifar10_test_200:max:class", "cifar100_test_200:max:class", "fpga_latency_ms:min",
          "edgegpu_latency_ms:min", "edgetpu_latency_ms:min", "cifar10_params_m:min"}) {
      metrics.push_back(parse_metric_spec(spec));
    }
    return make_training_set(table, metrics, {});
  }
};

TEST_F(RealTables, ReferenceSetsAreTheNonDegenerateRowsWithAValue) {
  DINAS_NEED_DATA();
  EXPECT_EQ(set().architectures.size(), 15284U);
  EXPECT_EQ(set().labelled, 15284U);
  EXPECT_EQ(set().metrics.at(0).size(), 15284U);
  EXPECT_EQ(set().metrics.at(4).size(), 10926U);  // Edge TPU could not run 4,358 of them
  EXPECT_EQ(count({"edgetpu_latency_ms top 100%"}), 10926U);
}

// Counted independently with a script over the CSV files.
TEST_F(RealTables, NumbersOfCellsThatMeetBounds) {
  DINAS_NEED_DATA();
  EXPECT_EQ(count({"cifar10_test_200 top 1%"}), 150U);  // at most 152; the next value is shared
  EXPECT_EQ(count({"cifar10_test_200 top 0.1%"}), 15U);
  EXPECT_EQ(count({"cifar10_test_200 top 20%"}), 3050U);
  EXPECT_EQ(count({"fpga_latency_ms <= 3"}), 4233U);
  EXPECT_EQ(count({"fpga_latency_ms <= 3", "cifar10_test_200 top 20%"}), 62U);
  EXPECT_EQ(
      count({"cifar100_test_200 top 20%", "edgegpu_latency_ms <= 5", "cifar10_params_m <= 0.6"}),
      329U);
}

TEST_F(RealTables, TheTiedOptimaAreTheTightestBoundSeen) {
  DINAS_NEED_DATA();
  EXPECT_EQ(count({"cifar10_test_200 >= 94.37"}), 2U);
  EXPECT_EQ(count({"cifar10_test_200 top 0.0131%"}), 2U);  // 2 of 15,284 are 0.01309 %
  EXPECT_EQ(count({"cifar10_test_200 top 0.0130%"}), 0U);
  EXPECT_EQ(count({"cifar10_test_200 >= 94.38"}), 0U);
}

}  // namespace
}  // namespace dinas
