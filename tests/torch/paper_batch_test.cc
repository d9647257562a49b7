#include "torch/paper_batch.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "torch/paper_support.h"

namespace dinas {
namespace {

std::vector<Architecture> clean_graphs(const PaperBatch& batch) {
  std::vector<Architecture> graphs;
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    const auto first = batch.clean.begin() + static_cast<std::ptrdiff_t>(36 * g);
    graphs.emplace_back(first, first + 36);
  }
  return graphs;
}

TEST(PaperBatch, AnEpochVisitsEveryArchitectureOnce) {
  const TrainingSet data = small_training_set(21, 20, 2);
  PaperBatchMaker maker(data, small_paper(), 50, 9);  // batches of 8: 8, 8, 5
  std::vector<Architecture> expected;
  for (const auto& a : data.architectures) {
    expected.push_back(paper_graph(data.space->skeleton(), a));
  }
  std::sort(expected.begin(), expected.end());
  std::vector<std::vector<Architecture>> epochs(2);
  PaperBatch batch;
  for (std::uint64_t step = 0; step < 6; ++step) {
    maker.make(step, batch);
    EXPECT_EQ(batch.graphs, step % 3 == 2 ? 5U : 8U);
    for (auto& graph : clean_graphs(batch)) epochs[step / 3].push_back(graph);
  }
  EXPECT_NE(epochs[0], epochs[1]);  // another order
  for (auto& epoch : epochs) {
    std::sort(epoch.begin(), epoch.end());
    EXPECT_EQ(epoch, expected);
  }
}

TEST(PaperBatch, IsAFunctionOfTheStep) {
  const TrainingSet data = small_training_set(21, 20, 2);
  PaperBatchMaker forwards(data, small_paper(), 50, 9);
  PaperBatchMaker jumped(data, small_paper(), 50, 9);
  PaperBatch a;
  PaperBatch b;
  for (std::uint64_t step = 0; step <= 4; ++step) forwards.make(step, a);
  jumped.make(4, b);
  EXPECT_EQ(a.clean, b.clean);
  EXPECT_EQ(a.noisy, b.noisy);
  EXPECT_EQ(a.codes, b.codes);
  EXPECT_EQ(a.times, b.times);
}

TEST(PaperBatch, TimesCoverZeroToOne) {
  const TrainingSet data = small_training_set(8, 8, 1);
  PaperBatchMaker maker(data, small_paper(), 3, 2);
  std::vector<int> seen(4, 0);
  PaperBatch batch;
  for (std::uint64_t step = 0; step < 100; ++step) {
    maker.make(step, batch);
    for (const double time : batch.times) ++seen.at(static_cast<std::size_t>(time * 3.0 + 0.5));
  }
  // Binomial(800, 1/4): five standard deviations are 61.
  for (const int count : seen) EXPECT_NEAR(count, 200, 61);
}

}  // namespace
}  // namespace dinas
