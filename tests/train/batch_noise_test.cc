// Batches of marginal and uniform noise.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

#include "train/batch_support.h"

namespace dinas {
namespace {

class CoinNoise : public testing::TestWithParam<Noise> {};
INSTANTIATE_TEST_SUITE_P(Batch, CoinNoise, testing::Values(Noise::kMarginal, Noise::kUniform),
                         [](const auto& test) { return std::string(noise_name(test.param)); });

// Value of variable v that a one-hot target names.
std::size_t clean_value(const TrainBatch& batch, std::size_t g, std::size_t v) {
  const auto target = std::span(batch.targets).subspan(g * kTotal + v * kValues, kValues);
  EXPECT_EQ(std::count(target.begin(), target.end(), 1.0F), 1);
  EXPECT_EQ(std::count(target.begin(), target.end(), 0.0F), 4);
  return static_cast<std::size_t>(std::find(target.begin(), target.end(), 1.0F) - target.begin());
}

TEST_P(CoinNoise, TargetsAreTheDrawnGraphsWithEqualWeights) {
  const TrainingSet& data = small_case().data;
  const TrainBatch batch = made_batch(data, options_of(GetParam(), 4), 3, 500);
  PairSampler pairs(data.labels, data.metrics, data.architectures.size(), 1.25);
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    const Architecture& drawn = data.architectures[drawn_row(pairs, 4, g, 3)];
    for (std::size_t v = 0; v < kVariables; ++v) {
      EXPECT_EQ(clean_value(batch, g, v), drawn[v]);
      EXPECT_FLOAT_EQ(batch.weights[g * kVariables + v], 1.0F / 6.0F);
    }
  }
}

// Pearson's statistic needs some five draws a cell: smaller cells join the largest one.
void add_cells(const std::vector<double>& law, const std::vector<double>& counts, ChiSquare& chi) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  const auto largest =
      static_cast<std::size_t>(std::max_element(law.begin(), law.end()) - law.begin());
  double expected = 0.0;
  double observed = 0.0;
  for (std::size_t x = 0; x < law.size(); ++x) {
    if (x == largest || law[x] * total < 5.0) {
      expected += law[x] * total;
      observed += counts[x];
    } else {
      chi.add(counts[x], law[x] * total);
    }
  }
  chi.add(observed, expected);
  chi.close_group();
}

TEST_P(CoinNoise, TimesAreUniformAndStatesFollowTheForwardNoise) {
  constexpr int kSteps = 4;
  const TrainingSet& data = small_case().data;
  const TrainBatch batch = made_batch(data, options_of(GetParam(), 2, kSteps), 0, 20000);
  std::vector<int> times(kSteps + 1, 0);
  std::map<std::array<std::size_t, 3>, std::vector<double>> counts;  // by t, variable, clean value
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    const auto t = static_cast<std::size_t>(std::lround(batch.times[g] * kSteps));
    ASSERT_EQ(batch.times[g], static_cast<float>(t) / kSteps);
    ++times.at(t);
    for (std::size_t v = 0; v < kVariables; ++v) {
      auto& cells = counts[{t, v, clean_value(batch, g, v)}];
      cells.resize(kValues, 0.0);
      ++cells.at(batch.states[g * kVariables + v]);
    }
  }
  EXPECT_LT(uniform_statistic(times), 23.513);  // four degrees of freedom, 1e-4

  const Schedule schedule(kSteps);
  ChiSquare chi;
  for (const auto& [key, cells] : counts) {
    const auto& [t, v, clean] = key;
    std::vector<double> law(kValues);
    for (std::size_t x = 0; x < kValues; ++x) {
      const double m = GetParam() == Noise::kUniform ? 0.2 : data.marginals[v][x];
      law[x] = (1.0 - schedule.abar[t]) * m + (x == clean ? schedule.abar[t] : 0.0);
    }
    add_cells(law, cells, chi);
  }
  EXPECT_GT(chi.degrees(), 300U);
  EXPECT_LT(chi.statistic(), chi.critical());
}

}  // namespace
}  // namespace dinas
