// The fast engine against the reference on every space, and what must not change a bit of it.
#include "engine/fast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/error.h"
#include "base/parallel.h"
#include "base/random.h"
#include "engine/isa.h"
#include "engine/reference.h"
#include "support/random_model.h"

namespace dinas {
namespace {

constexpr DenoiserConfig kDefault{};
// Nothing a multiple of a vector's lanes.
constexpr DenoiserConfig kOdd{.width = 21,
                              .layers = 2,
                              .heads = 3,
                              .feed_forward = 13,
                              .edge_width = 5,
                              .fourier = 3,
                              .condition = 9,
                              .time_input = true};

// A batch and the memory it looks at.
struct Batch {
  std::vector<std::uint8_t> states;
  std::vector<std::uint32_t> which;
  std::vector<Condition> conditions{{-2.0F, kOpen}, {kOpen, kOpen}, {-5.0F, -0.5F}};
  std::vector<std::uint8_t> wanted;
  double time = 0.25;

  [[nodiscard]] NoisyBatch view() const {
    return {which.size(), states, which, conditions, time, wanted};
  }
};

// States with any number of masks, valid or not; conditions in turn.
Batch random_batch(const Skeleton& skeleton, std::size_t graphs) {
  Batch batch;
  RandomStream stream(3, Purpose::kCheck);
  for (std::size_t g = 0; g < graphs; ++g) {
    const double masked = stream.uniform();
    for (const Variable& v : skeleton.variables) {
      const auto size = static_cast<std::uint32_t>(v.size());
      const bool mask = stream.uniform() < masked;
      batch.states.push_back(static_cast<std::uint8_t>(mask ? size : stream.below(size)));
    }
    batch.which.push_back(static_cast<std::uint32_t>(g % batch.conditions.size()));
  }
  return batch;
}

std::vector<double> predict(const Denoiser& denoiser, const Skeleton& skeleton,
                            const Batch& batch) {
  std::vector<double> logits(batch.which.size() *
                             static_cast<std::size_t>(skeleton.total_values()));
  denoiser.make_worker()->predict(batch.view(), logits);
  return logits;
}

class FastEngine : public testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<const Space> space_ = any_space(GetParam());
  const Skeleton& skeleton_ = space_->skeleton();
};

// Single precision on logits of order one: some hundred roundings of 6e-8 each.
TEST_P(FastEngine, MatchesTheReference) {
  for (const DenoiserConfig& config : {kDefault, kOdd}) {
    const Model model = random_model(config, skeleton_, 2);
    const Batch batch = random_batch(skeleton_, 150);  // several blocks of many spaces
    const auto expected = predict(*make_reference_denoiser(model, *space_), skeleton_, batch);
    const auto actual = predict(*make_fast_denoiser(model, *space_), skeleton_, batch);
    double worst = 0.0;
    double largest = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      worst = std::max(worst, std::abs(expected[i] - actual[i]));
      largest = std::max(largest, std::abs(expected[i]));
    }
    EXPECT_LT(worst, 1e-5 * std::max(1.0, largest)) << "width " << config.width;
    EXPECT_GT(largest, 0.1);
  }
}

TEST_P(FastEngine, ALogitHasTheSameBitsInAnyBatch) {
  const Model model = random_model(kDefault, skeleton_, 2);
  const auto denoiser = make_fast_denoiser(model, *space_);
  const Batch batch = random_batch(skeleton_, 130);
  const auto all = predict(*denoiser, skeleton_, batch);
  const std::size_t variables = skeleton_.variables.size();
  const auto total = static_cast<std::size_t>(skeleton_.total_values());
  const auto worker = denoiser->make_worker();
  std::vector<double> own(total);
  for (std::size_t g = 0; g < batch.which.size(); g += 7) {
    const NoisyBatch alone{1, std::span(batch.states).subspan(g * variables, variables),
                           std::span(batch.which).subspan(g, 1), batch.conditions, batch.time};
    worker->predict(alone, own);
    EXPECT_TRUE(std::equal(own.begin(), own.end(), all.begin() + static_cast<long>(g * total)))
        << g;
  }
}

TEST_P(FastEngine, ThreadsShareADenoiser) {
  const Model model = random_model(kDefault, skeleton_, 2);
  const auto denoiser = make_fast_denoiser(model, *space_);
  const Batch batch = random_batch(skeleton_, 30);
  const auto expected = predict(*denoiser, skeleton_, batch);
  std::vector<std::vector<double>> found(4);
  parallel_for(found.size(), 2,
               [&](std::size_t item, int) { found[item] = predict(*denoiser, skeleton_, batch); });
  for (const auto& logits : found) EXPECT_EQ(logits, expected);
  EXPECT_EQ(denoiser->work().forwards, 5 * batch.which.size());
}

TEST_P(FastEngine, NoSavingChangesABit) {
  for (DenoiserConfig config : {kDefault, kOdd}) {
    const Model model = random_model(config, skeleton_, 2);
    const Batch batch = random_batch(skeleton_, 20);
    const auto saved = predict(*make_fast_denoiser(model, *space_), skeleton_, batch);
    for (const auto off :
         {&EngineSavings::fold_constants, &EngineSavings::share_modulations,
          &EngineSavings::first_layer_table, &EngineSavings::last_layer_where_read}) {
      EngineOptions options;
      options.savings.*off = false;
      const auto denoiser = make_fast_denoiser(model, *space_, options);
      EXPECT_EQ(predict(*denoiser, skeleton_, batch), saved);
    }
  }
}

TEST_P(FastEngine, WantedLogitsAreTheSameAndCostLess) {
  const Model model = random_model(kDefault, skeleton_, 2);
  Batch batch = random_batch(skeleton_, 40);
  const auto all_denoiser = make_fast_denoiser(model, *space_);
  const auto all = predict(*all_denoiser, skeleton_, batch);
  const std::size_t variables = skeleton_.variables.size();
  batch.wanted.assign(40 * variables, 0);
  RandomStream stream(4, Purpose::kCheck);
  for (std::size_t g = 0; g < 40; ++g) {
    batch.wanted[g * variables + stream.below(static_cast<std::uint32_t>(variables))] = 1;
  }
  const auto denoiser = make_fast_denoiser(model, *space_);
  const auto some = predict(*denoiser, skeleton_, batch);
  const auto offsets = skeleton_.offsets();
  const auto total = static_cast<std::size_t>(skeleton_.total_values());
  for (std::size_t g = 0; g < 40; ++g) {
    for (std::size_t v = 0; v < variables; ++v) {
      if (batch.wanted[g * variables + v] == 0) continue;
      for (auto k = static_cast<std::size_t>(offsets[v]);
           k < static_cast<std::size_t>(offsets[v + 1]); ++k) {
        ASSERT_EQ(some[g * total + k], all[g * total + k]) << g << ", variable " << v;
      }
    }
  }
  EXPECT_LT(denoiser->work().multiply_adds, all_denoiser->work().multiply_adds);
}

// Everything off executes what the formula of a forward says.
TEST_P(FastEngine, CountsWhatItExecutes) {
  const Model model = random_model(kDefault, skeleton_, 2);
  const EngineOptions plain{.precision = Precision::kFloat32,
                            .savings = {false, false, false, false}};
  const auto denoiser = make_fast_denoiser(model, *space_, plain);
  predict(*denoiser, skeleton_, random_batch(skeleton_, 9));
  EXPECT_EQ(denoiser->work().forwards, 9U);
  EXPECT_EQ(denoiser->work().multiply_adds, 9 * denoiser->nominal_multiply_adds());
}

INSTANTIATE_TEST_SUITE_P(Spaces, FastEngine, testing::ValuesIn(every_space()),
                         [](const auto& test) { return test_name(test.param); });

TEST(FastEngine, Bfloat16IsCloseWhereTheProcessorHasIt) {
  const auto space = find_space("nasbench201");
  const Model model = random_model(kDefault, space->skeleton(), 2);
  const EngineOptions options{.precision = Precision::kBfloat16, .savings = {}};
  if (!has_bfloat16()) {
    EXPECT_THROW(make_fast_denoiser(model, *space, options), UsageError);
    return;
  }
  const Batch batch = random_batch(space->skeleton(), 100);
  const auto expected = predict(*make_reference_denoiser(model, *space), space->skeleton(), batch);
  const auto actual =
      predict(*make_fast_denoiser(model, *space, options), space->skeleton(), batch);
  double worst = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    worst = std::max(worst, std::abs(expected[i] - actual[i]));
  }
  // 8 bits of significand, three layers: more than single precision errs, and not much.
  EXPECT_GT(worst, 1e-4);
  EXPECT_LT(worst, 0.2);
}

}  // namespace
}  // namespace dinas
