// Once it is made, a network in training allocates nothing of its own.
#include <gtest/gtest.h>

#include "model/parameters.h"
#include "support/allocations.h"
#include "support/random_model.h"
#include "support/random_train_batch.h"
#include "train/network.h"

namespace dinas {
namespace {

class TrainingAllocation : public testing::TestWithParam<std::string> {};

TEST_P(TrainingAllocation, NoneInAStep) {
  if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer has an operator new of its own";
  constexpr std::size_t kMetrics = 2;
  const auto space = any_space(GetParam());
  const Skeleton& skeleton = space->skeleton();
  const DenoiserConfig config;
  const train::ParameterLayout layout(fast_parameters(config, skeleton, kMetrics));
  const auto parameters = layout.pack(random_model(config, skeleton, kMetrics).weights);
  const TrainBatch batch = random_train_batch(skeleton, kMetrics, 20);
  std::vector<float> gradient(layout.size());
  std::optional<train::Network> network;
  const auto making = [&] { network.emplace(config, skeleton, kMetrics, layout, 8); };
  EXPECT_GT(allocations_of(making).ours, 0);  // the counting counts
  const auto step = [&] {
    network->loss_and_gradient(parameters.data(), batch, 1.0F, gradient.data());
  };
  step();  // the first one of a process sets up what all share
  EXPECT_EQ(allocations_of(step).ours, 0);
}

// Labels; edges and labels; inputs and labels.
INSTANTIATE_TEST_SUITE_P(Spaces, TrainingAllocation,
                         testing::Values("nasbench201", "nasbench101", "darts"),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace dinas
