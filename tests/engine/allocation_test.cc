// Once it has seen a batch, a worker of the fast engine allocates nothing of its own.
#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"
#include "engine/fast.h"
#include "engine/isa.h"
#include "support/allocations.h"
#include "support/random_model.h"

namespace dinas {
namespace {

struct Case {
  std::string space;
  Precision precision = Precision::kFloat32;
};

std::string name_of(const Case& c) {
  return test_name(c.space) + (c.precision == Precision::kBfloat16 ? "_bf16" : "_f32");
}

class Allocation : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer has an operator new of its own";
    if (GetParam().precision == Precision::kBfloat16 && !has_bfloat16()) {
      GTEST_SKIP() << "this processor has no bfloat16 products";
    }
  }
};

// Graphs in random states, the condition and what is wanted of them changing from one to the next.
class Graphs {
 public:
  Graphs(const Skeleton& skeleton, std::size_t count, std::uint64_t seed)
      : conditions_{{-2.0F, kOpen}, {kOpen, kOpen}},
        logits_(count * static_cast<std::size_t>(skeleton.total_values())) {
    RandomStream stream(seed, Purpose::kCheck);
    for (std::size_t g = 0; g < count; ++g) {
      which_.push_back(static_cast<std::uint32_t>(g % 2));
      for (const Variable& v : skeleton.variables) {
        const auto values = static_cast<std::uint32_t>(v.size());
        states_.push_back(static_cast<std::uint8_t>(stream.below(values + 1)));
        wanted_.push_back(static_cast<std::uint8_t>(stream.below(2)));
      }
    }
  }

  /// What predicting them allocates.
  Allocations predict(DenoiserWorker& worker, bool everything) {
    NoisyBatch batch{which_.size(), states_, which_, conditions_};
    if (!everything) batch.wanted = wanted_;
    return allocations_of([&] { worker.predict(batch, logits_); });
  }

 private:
  std::vector<Condition> conditions_;
  std::vector<std::uint8_t> states_;
  std::vector<std::uint8_t> wanted_;
  std::vector<std::uint32_t> which_;
  std::vector<double> logits_;
};

TEST_P(Allocation, NoneAfterTheFirstBatch) {
  const auto space = any_space(GetParam().space);
  const Skeleton& skeleton = space->skeleton();
  const auto denoiser = make_fast_denoiser(random_model({}, skeleton, 2), *space,
                                           {.precision = GetParam().precision, .savings = {}});
  const auto worker = denoiser->make_worker();
  // The first batch works out the conditions, and shows that the counting counts.
  EXPECT_GT(Graphs(skeleton, 200, 1).predict(*worker, true).ours, 0);
  for (const std::size_t graphs : {200U, 77U, 1U}) {
    for (const bool everything : {true, false}) {
      EXPECT_EQ(Graphs(skeleton, graphs, 2 + graphs).predict(*worker, everything).ours, 0)
          << graphs << " graphs";
    }
  }
}

// Labels; edges and labels; inputs and labels.
INSTANTIATE_TEST_SUITE_P(Spaces, Allocation,
                         testing::Values(Case{"nasbench201"}, Case{"nasbench101"}, Case{"darts"},
                                         Case{"nasbench201", Precision::kBfloat16},
                                         Case{"darts", Precision::kBfloat16}),
                         [](const auto& test) { return name_of(test.param); });

}  // namespace
}  // namespace dinas
