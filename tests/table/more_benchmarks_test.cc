// The real tables of the other spaces: counts of their descriptions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "support/data.h"
#include "support/space_test.h"
#include "support/spaces.h"
#include "table/table.h"

namespace dinas {
namespace {

using Kind = TableNotice::Kind;

struct Benchmark {
  std::string name;
  std::string space;  // built-in name or shipped file
  std::string file;
  std::size_t rows;
  std::size_t duplicates;
  std::size_t unknown;  // rows that are no architecture of the space
  std::string metric;   // one that every row has
};

std::shared_ptr<const Space> space_named(const std::string& name) {
  return name.ends_with(".toml") ? shipped_space(name) : find_space(name);
}

class Benchmarks : public testing::TestWithParam<Benchmark> {};

TEST_P(Benchmarks, LoadsWhatItsDescriptionCounts) {
  DINAS_NEED_DATA();
  const Benchmark& b = GetParam();
  const Table table = load_tables({data_folder() + "/" + b.file}, space_named(b.space));
  EXPECT_EQ(table.rows(), b.rows);
  std::size_t duplicates = 0;
  std::size_t unknown = 0;
  for (const TableNotice& notice : table.notices()) {
    duplicates += notice.kind == Kind::kDuplicate ? 1 : 0;
    unknown += notice.kind == Kind::kUnknownNotation ? 1 : 0;
  }
  EXPECT_EQ(duplicates, b.duplicates);
  EXPECT_EQ(unknown, b.unknown);
  const Column* column = table.find_column(b.metric);
  ASSERT_NE(column, nullptr);
  EXPECT_EQ(std::ranges::count_if(column->values, [](double v) { return std::isnan(v); }), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Tables, Benchmarks,
    testing::Values(Benchmark{"nasbench101", "nasbench101",
                              "nasbench101_energy/ec_nas_7v_4epochs.csv.gz", 4310, 0, 0,
                              "energy_kwh_4epochs"},
                    // 545 rows differ as texts; the order of a node's inputs does not matter.
                    Benchmark{"darts", "darts", "darts_bench_oncenas/darts_cifar10.csv.gz", 526, 19,
                              0, "valid_acc_50"},
                    // Of 345 recipes 78 have more than nine operations.
                    Benchmark{"nasbench_nlp", "nasbench_nlp", "nas_bench_nlp/wikitext2.csv.gz", 211,
                              56, 78, "num_params"},
                    Benchmark{"nasbench_graph", "nasbench_graph.toml",
                              "nas_bench_graph/nas_bench_graph.csv.gz", 26206, 0, 0, "cora_test"},
                    Benchmark{"proteins", "nasbench_graph.toml", "nas_bench_graph/proteins.csv.gz",
                              2021, 0, 0, "proteins_test"},
                    Benchmark{"enas", "enas.toml", "enas_dvae/enas6_weight_sharing.csv.gz", 20015,
                              5, 0, "ws_acc"}),
    [](const auto& test) { return test.param.name; });

// A table's own cost and the space's are the same number.
TEST(BenchmarkCosts, AreWhatTheSpaceComputes) {
  DINAS_NEED_DATA();
  const auto compare = [](const std::string& space, const std::string& file,
                          const std::string& column, const std::string& metric, double rounding) {
    const Table table = load_tables({data_folder() + "/" + file}, find_space(space));
    const auto& values = table.find_column(column)->values;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const double computed = metric_of(table.space(), metric, table.architecture(row));
      ASSERT_NEAR(computed, values[row], rounding) << space << " row " << row;
    }
  };
  compare("nasbench101", "nasbench101_energy/ec_nas_7v_4epochs.csv.gz", "params", "params", 0.0);
  compare("nasbench_nlp", "nas_bench_nlp/wikitext2.csv.gz", "num_params", "num_params", 0.0);
}

}  // namespace
}  // namespace dinas
