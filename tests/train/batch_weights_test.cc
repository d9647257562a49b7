// Weights by kind of variable, and targets where very many rows match.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "space/file_space.h"
#include "support/ruled_skeletons.h"
#include "support/toy_space.h"
#include "train/batch_support.h"
#include "train/run.h"

namespace dinas {
namespace {

TrainingSet whole(const Skeleton& skeleton, std::uint64_t count) {
  Table table(std::make_shared<SkeletonSpace>(skeleton));
  for (std::uint64_t i = 0; i < count; ++i) {
    table.add_architecture(nth_architecture(skeleton, i));
  }
  return make_training_set(table, {}, {});
}

class LossWeights : public testing::TestWithParam<Noise> {};

TEST_P(LossWeights, SumToOneInTheRatiosOfTheKinds) {
  const TrainingSet data = whole(mixed_skeleton(), 12);
  BatchOptions options = options_of(GetParam(), 2);
  options.loss_weights = {1.0, 2.0, 5.0};  // label, edge, inputs: variables 0, 1, 2
  const TrainBatch batch = made_batch(data, options, 0, 400);
  const std::vector<std::uint8_t> sizes = {3, 2, 2};
  std::set<int> patterns;
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    double total = 0.0;
    int pattern = 0;
    for (std::size_t v = 0; v < 3; ++v) {
      const bool counts = GetParam() != Noise::kMask || batch.states[g * 3 + v] == sizes[v];
      if (!counts) continue;
      total += options.loss_weights[v];
      pattern |= 1 << v;
    }
    patterns.insert(pattern);
    double sum = 0.0;
    for (std::size_t v = 0; v < 3; ++v) {
      const bool counts = (pattern >> v & 1) != 0;
      const double expected = counts ? options.loss_weights[v] / total : 0.0;
      // A quotient of small numbers in float.
      EXPECT_NEAR(batch.weights[g * 3 + v], expected, 1e-7) << g << " " << v;
      sum += batch.weights[g * 3 + v];
    }
    EXPECT_NEAR(sum, 1.0, 2e-7);
  }
  EXPECT_EQ(patterns.size(), GetParam() == Noise::kMask ? 7U : 1U);
}

TEST_P(LossWeights, OnlyTheirRatiosMatter) {
  const TrainingSet data = whole(mixed_skeleton(), 12);
  BatchOptions options = options_of(GetParam(), 2);
  options.loss_weights = {1.0, 2.0, 0.5};
  const TrainBatch batch = made_batch(data, options, 0, 50);
  options.loss_weights = {4.0, 8.0, 2.0};
  EXPECT_EQ(made_batch(data, options, 0, 50).weights, batch.weights);
}

INSTANTIATE_TEST_SUITE_P(Noise, LossWeights,
                         testing::Values(Noise::kMask, Noise::kMarginal, Noise::kUniform),
                         [](const auto& test) { return std::string(noise_name(test.param)); });

// 40,000 architectures of 16 binary variables in the order of their numbers: with everything masked
// a target is counted over 1,024 of them, spread evenly from a random row on. The last variable is
// 1 in the last 7,232 rows alone.
TEST(ManyMatchingRows, ExpectedTargetsAreTheShares) {
  const TrainingSet data = whole(chain_skeleton(std::vector<int>(16, 2)), 40000);
  BatchMaker maker(data, options_of(Noise::kMask, 5));
  TrainBatch batch;
  std::vector<double> mean(16, 0.0);
  std::set<float> distinct;
  double graphs = 0.0;
  for (std::uint64_t step = 0; step < 10; ++step) {
    maker.make(step, 0, 1000, batch);
    for (std::size_t g = 0; g < batch.graphs; ++g) {
      const auto state = std::span(batch.states).subspan(g * 16, 16);
      if (std::ranges::count(state, 2) < 16) continue;
      ++graphs;
      for (std::size_t v = 0; v < 16; ++v) {
        const float zero = batch.targets[g * 32 + 2 * v];
        const float one = batch.targets[g * 32 + 2 * v + 1];
        EXPECT_FLOAT_EQ(zero + one, 1.0F);
        mean[v] += one;
      }
      distinct.insert(batch.targets[g * 32 + 31]);
    }
  }
  ASSERT_GT(graphs, 500.0);        // a sixteenth of 10,000
  EXPECT_GT(distinct.size(), 1U);  // the part moves
  // As evenly as 1,024 steps of the golden section lie on a line: within a few rows of the share.
  EXPECT_NEAR(*distinct.begin(), 7232 / 40000.0, 0.005);
  EXPECT_NEAR(*distinct.rbegin(), 7232 / 40000.0, 0.005);
  for (std::size_t v = 0; v < 16; ++v) {
    // A variable that alternates within few rows is what a step can miss most: 1 of the 32.
    EXPECT_NEAR(mean[v] / graphs, data.marginals[v][1], 0.03) << v;
  }
  EXPECT_NEAR(data.marginals[15][1], 7232 / 40000.0, 1e-12);
}

TEST(ResumeKey, DiffersWithTheTextOfTheSpaceFile) {
  const auto key = [](const std::string& meaning) {
    const auto space = parse_space_file("name = 'test'\nsummary = '" + meaning +
                                            "'\n[labels]\nop = ['a', 'b']\n[[node]]\nname = 'in'\n"
                                            "[[node]]\nname = 'x'\nlabels = 'op'\nchain = true\n",
                                        "test.toml");
    Table table(space);
    table.add_architecture({0});
    table.add_architecture({1});
    return resume_key({}, make_training_set(table, {}, {}));
  };
  EXPECT_EQ(key("one"), key("one"));
  EXPECT_NE(key("one"), key("another"));
}

}  // namespace
}  // namespace dinas
