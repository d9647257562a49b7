#include "train/batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string>

#include "support/data.h"
#include "train/batch_support.h"

namespace dinas {
namespace {

// How often each value occurs among the rows that agree with a state and meet its bounds.
struct Recount {
  std::vector<double> counts = std::vector<double>(kTotal, 0.0);
  double total = 0.0;
};

Recount recount(const Case& c, std::span<const std::uint8_t> state,
                std::span<const float> condition, std::size_t drawn, bool open) {
  Recount result;
  for (std::size_t r = 0; r < c.data.architectures.size(); ++r) {
    const Architecture& a = c.data.architectures[r];
    bool inside = c.meets(r, condition, drawn) && (open || c.has_label(r));
    for (std::size_t v = 0; v < kVariables; ++v) inside &= state[v] == kMasked || state[v] == a[v];
    if (!inside) continue;
    for (std::size_t v = 0; v < kVariables; ++v) ++result.counts[v * kValues + a[v]];
    ++result.total;
  }
  return result;
}

// Checks mask, weights and targets of graph g, which was made from `own`.
void check_graph(const TrainBatch& batch, std::size_t g, const Architecture& own,
                 const Recount& expected) {
  const auto state = std::span(batch.states).subspan(g * kVariables, kVariables);
  const auto masked = std::count(state.begin(), state.end(), kMasked);
  for (std::size_t v = 0; v < kVariables; ++v) {
    EXPECT_TRUE(state[v] == kMasked || state[v] == own[v]);
    const bool counted = expected.total <= 1024;  // otherwise over 1,024 of the rows
    if (counted) {
      EXPECT_GT(batch.targets[g * kTotal + v * kValues + own[v]], 0.0F);
    }
    EXPECT_FLOAT_EQ(batch.weights[g * kVariables + v],
                    state[v] == kMasked ? 1.0F / static_cast<float>(masked) : 0.0F);
    for (std::size_t at = v * kValues; at < (v + 1) * kValues; ++at) {
      // A quotient of two counts: one rounding to float. Of a part of the rows: within 2.5 standard
      // deviations of as many independent draws, which an even spread stays well inside.
      EXPECT_NEAR(batch.targets[g * kTotal + at], expected.counts[at] / expected.total,
                  counted ? 1e-7 : 0.04);
    }
  }
  EXPECT_EQ(batch.times[g], 0.0F);
}

// Checks a batch against a count over all rows; returns the number of null and of bounded graphs.
std::array<int, 2> check_mask_batch(const Case& c, std::uint64_t seed, std::uint64_t step,
                                    std::size_t graphs) {
  const TrainBatch batch = made_batch(c.data, options_of(Noise::kMask, seed), step, graphs);
  PairSampler pairs(c.data.labels, c.data.metrics, c.data.architectures.size(), 1.25);
  const std::size_t metrics = c.tails.size();
  std::array<int, 2> kinds{};
  for (std::size_t g = 0; g < graphs && !testing::Test::HasFailure(); ++g) {
    SCOPED_TRACE(g);
    const auto state = std::span(batch.states).subspan(g * kVariables, kVariables);
    const auto condition = std::span(batch.conditions).subspan(g * metrics, metrics);
    const std::size_t drawn = drawn_row(pairs, seed, g, step);
    const bool open =
        std::all_of(condition.begin(), condition.end(), [](float x) { return std::isnan(x); });
    ++kinds[open ? 0 : 1];
    const Recount expected = recount(c, state, condition, drawn, open);
    EXPECT_GE(expected.total, 1.0);
    check_graph(batch, g, c.data.architectures[drawn], expected);
  }
  return kinds;
}

TEST(MaskBatch, TargetsAreTheCountsOverAllMatchingRows) {
  ASSERT_LT(small_case().data.labelled, small_case().data.architectures.size());
  const auto kinds = check_mask_batch(small_case(), 3, 9, 2000);
  // Three quarters of the sizes of active sets are not zero; both kinds must have been looked at.
  EXPECT_GT(kinds[0], 100);
  EXPECT_GT(kinds[1], 1000);
}

TEST(MaskBatch, TargetsAreTheCountsOverAllMatchingRowsOfARealTable) {
  DINAS_NEED_DATA();
  std::vector<MetricSpec> metrics;
  for (const auto* spec : {"cifar10_test_200:max:class", "fpga_latency_ms:min",
                           "edgetpu_latency_ms:min", "cifar10_params_m:min"}) {
    metrics.push_back(parse_metric_spec(spec));
  }
  const Case real(load_tables({data_folder() + "/nasbench201/nasbench201.csv.gz",
                               data_folder() + "/hw_nas_bench/nasbench201_cifar10.csv.gz"},
                              find_space("nasbench201")),
                  metrics);
  const auto kinds = check_mask_batch(real, 1, 0, 300);
  EXPECT_GT(kinds[0], 10);
  EXPECT_GT(kinds[1], 100);
}

TEST(MaskBatch, NumberAndChoiceOfMaskedVariablesAreUniform) {
  const std::size_t graphs = 30000;
  const TrainBatch batch = made_batch(small_case().data, options_of(Noise::kMask, 5), 0, graphs);
  std::vector<int> numbers(kVariables, 0);
  std::vector<int> singles(kVariables, 0);  // which one, where only one is masked
  std::vector<int> lefts(kVariables, 0);    // which one is visible, where only one is
  for (std::size_t g = 0; g < graphs; ++g) {
    const auto state = std::span(batch.states).subspan(g * kVariables, kVariables);
    const auto masked = static_cast<std::size_t>(std::count(state.begin(), state.end(), kMasked));
    ASSERT_GE(masked, 1U);
    ++numbers[masked - 1];
    for (std::size_t v = 0; v < kVariables; ++v) {
      if (masked == 1 && state[v] == kMasked) ++singles[v];
      if (masked == kVariables - 1 && state[v] != kMasked) ++lefts[v];
    }
  }
  EXPECT_LT(uniform_statistic(numbers), kCritical5);
  EXPECT_LT(uniform_statistic(singles), kCritical5);
  EXPECT_LT(uniform_statistic(lefts), kCritical5);
}

// The exact targets are the expectation of the drawn graphs: with everything masked and no bound,
// how often a value is drawn.
TEST(MaskBatch, ATargetWithNothingVisibleAndNoBoundIsTheMarginal) {
  const TrainingSet& data = small_case().data;
  const TrainBatch batch = made_batch(data, options_of(Noise::kMask, 6), 2, 2000);
  int seen = 0;
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    const auto state = std::span(batch.states).subspan(g * kVariables, kVariables);
    if (!std::isnan(batch.conditions[2 * g]) || !std::isnan(batch.conditions[2 * g + 1])) continue;
    if (std::count(state.begin(), state.end(), kMasked) != 6) continue;
    ++seen;
    for (std::size_t v = 0; v < kVariables; ++v) {
      for (std::size_t x = 0; x < kValues; ++x) {
        EXPECT_FLOAT_EQ(batch.targets[g * kTotal + v * kValues + x],
                        static_cast<float>(data.marginals[v][x]));
      }
    }
  }
  EXPECT_GT(seen, 10);
}

void expect_same(const TrainBatch& a, const TrainBatch& b) {
  const auto bits = [](const std::vector<float>& x) {  // so that an open condition equals itself
    std::vector<std::uint32_t> result;
    for (const float value : x) result.push_back(std::bit_cast<std::uint32_t>(value));
    return result;
  };
  EXPECT_EQ(a.graphs, b.graphs);
  EXPECT_EQ(a.states, b.states);
  EXPECT_EQ(bits(a.conditions), bits(b.conditions));
  EXPECT_EQ(bits(a.times), bits(b.times));
  EXPECT_EQ(bits(a.targets), bits(b.targets));
  EXPECT_EQ(bits(a.weights), bits(b.weights));
}

TrainBatch joined(TrainBatch a, const TrainBatch& b) {
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  a.graphs += b.graphs;
  append(a.states, b.states);
  append(a.conditions, b.conditions);
  append(a.times, b.times);
  append(a.targets, b.targets);
  append(a.weights, b.weights);
  return a;
}

class AnyNoise : public testing::TestWithParam<Noise> {};
INSTANTIATE_TEST_SUITE_P(Batch, AnyNoise,
                         testing::Values(Noise::kMask, Noise::kMarginal, Noise::kUniform),
                         [](const auto& test) { return std::string(noise_name(test.param)); });

TEST_P(AnyNoise, PiecesMakeTheBatch) {
  const BatchOptions options = options_of(GetParam(), 8);
  BatchMaker maker(small_case().data, options);
  TrainBatch whole, low, high;
  maker.make(7, 0, 8, whole);
  maker.make(7, 0, 3, low);
  maker.make(7, 3, 5, high);
  expect_same(whole, joined(low, high));
}

TEST_P(AnyNoise, DeterministicInSeedAndStepAlone) {
  const TrainingSet& data = small_case().data;
  const TrainBatch fresh = made_batch(data, options_of(GetParam(), 8), 5, 16);
  BatchMaker used(data, options_of(GetParam(), 8));
  TrainBatch batch;
  used.make(4, 0, 100, batch);
  const TrainBatch before = batch;
  used.make(5, 0, 16, batch);
  expect_same(batch, fresh);
  EXPECT_NE(std::vector(before.states.begin(), before.states.begin() + 96), fresh.states);
  EXPECT_NE(made_batch(data, options_of(GetParam(), 9), 5, 16).states, fresh.states);
}

}  // namespace
}  // namespace dinas
