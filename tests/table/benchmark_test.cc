// The real tables: figures published for the benchmarks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "base/error.h"
#include "support/data.h"
#include "table/table.h"

namespace dinas {
namespace {

std::string accuracies() { return data_folder() + "/nasbench201/nasbench201.csv.gz"; }
std::string hardware(const std::string& images) {
  return data_folder() + "/hw_nas_bench/nasbench201_" + images + ".csv.gz";
}

TEST(BenchmarkTables, NasBench201) {
  DINAS_NEED_DATA();
  const Table table = load_tables({accuracies()}, find_space("nasbench201"));
  ASSERT_EQ(table.rows(), 15625U);
  EXPECT_EQ(table.columns().size(), 29U);
  EXPECT_TRUE(table.notices().empty());

  std::size_t degenerate = 0;
  std::set<std::uint64_t> classes;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.degenerate(row)) ++degenerate;
    classes.insert(table.class_of(row));
  }
  EXPECT_EQ(degenerate, 341U);
  EXPECT_EQ(classes.size(), 6466U);

  const auto& accuracy = table.find_column("cifar10_test_200")->values;
  const auto best = std::max_element(accuracy.begin(), accuracy.end());
  EXPECT_EQ(best - accuracy.begin(), 6111);
  EXPECT_NEAR(*best, 94.3733, 5e-5);  // published with four decimals
  EXPECT_EQ(table.find_column("index")->values[6111], 6111.0);
}

TEST(BenchmarkTables, HwNasBench) {
  DINAS_NEED_DATA();
  const Table table = load_tables({hardware("cifar10")}, find_space("nasbench201"));
  ASSERT_EQ(table.rows(), 15625U);
  EXPECT_EQ(table.find_column("edgegpu_latency_ms")->values[0], 5.8074185);
  const auto& edgetpu = table.find_column("edgetpu_latency_ms")->values;
  EXPECT_EQ(std::count_if(edgetpu.begin(), edgetpu.end(), [](double v) { return std::isnan(v); }),
            4699);
}

TEST(BenchmarkTables, AccuracyAndHardwareJoin) {
  DINAS_NEED_DATA();
  const Table table = load_tables({accuracies(), hardware("cifar10")}, find_space("nasbench201"));
  EXPECT_EQ(table.rows(), 15625U);
  EXPECT_EQ(table.columns().size(), 29U + 11U - 1U);
  ASSERT_EQ(table.notices().size(), 1U);
  EXPECT_EQ(table.notices()[0].kind, TableNotice::Kind::kMergedColumn);
  EXPECT_NE(table.notices()[0].text.find("'index'"), std::string::npos);
  EXPECT_EQ(table.find_column("edgegpu_latency_ms")->values[0], 5.8074185);
  EXPECT_EQ(table.find_column("cifar10_test_200")->values[0], 85.86333);
}

TEST(BenchmarkTables, HardwareOfTwoImageSetsClashesWithoutAPrefix) {
  DINAS_NEED_DATA();
  const auto space = find_space("nasbench201");
  try {
    load_tables({hardware("cifar10"), hardware("cifar100")}, space);
    FAIL() << "no error";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("column 'edgegpu_latency_ms'"), std::string::npos) << text;
    EXPECT_NE(text.find(hardware("cifar10")), std::string::npos) << text;
    EXPECT_NE(text.find("PREFIX=" + hardware("cifar100")), std::string::npos) << text;
  }
  const Table table = load_tables({hardware("cifar10"), "c100=" + hardware("cifar100")}, space);
  EXPECT_EQ(table.columns().size(), 22U);
  EXPECT_EQ(table.find_column("edgegpu_latency_ms")->values[0], 5.8074185);
  EXPECT_EQ(table.find_column("c100.edgegpu_latency_ms")->values[0], 5.8660793);
}

}  // namespace
}  // namespace dinas
