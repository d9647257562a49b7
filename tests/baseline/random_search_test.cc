#include "baseline/random_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "baseline/run.h"

namespace dinas {
namespace {

// Every cell of NAS-Bench-201 is worth its number, from 1 to 15,625.
class RandomSearchTest : public testing::Test {
 protected:
  RandomSearchTest() {
    task_.space = find_space("nasbench201");
    task_.metrics = {{{"number", Direction::kMax}, {}}};
    for (std::uint64_t i = 0; i < *task_.space->enumerable(); ++i) {
      task_.pool.push_back(nth_architecture(task_.space->skeleton(), i));
    }
  }
  SearchRun run(std::uint64_t seed, std::uint64_t budget) const {
    const auto evaluate = [&](const Architecture& a) -> std::optional<std::vector<double>> {
      const auto number = architecture_index(task_.space->skeleton(), a);
      return {{static_cast<double>(number + 1)}};
    };
    return run_search(*make_random_search(task_, seed), evaluate, budget);
  }

  SearchTask task_;
};

TEST_F(RandomSearchTest, BestOfNDrawsIsWhatDrawingWithoutReplacementGives) {
  // The highest of n of the numbers 1..N has mean n (N + 1) / (n + 1).
  constexpr double kNumbers = 15625;
  constexpr std::uint64_t kBudget = 20;
  constexpr int kSeeds = 300;
  double sum = 0.0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    sum += best_result(task_, run(seed, kBudget).history)->values[0];
  }
  const double expected = kBudget * (kNumbers + 1) / (kBudget + 1);
  // Its standard deviation is .045 N: four standard errors.
  EXPECT_NEAR(sum / kSeeds, expected, 4 * 0.045 * kNumbers / std::sqrt(kSeeds));
}

TEST_F(RandomSearchTest, NoCellIsAskedTwice) {
  const SearchRun search = run(1, 2000);
  std::set<Architecture> seen;
  for (const Observation& o : search.history) seen.insert(o.architecture);
  EXPECT_EQ(seen.size(), 2000U);
}

}  // namespace
}  // namespace dinas
