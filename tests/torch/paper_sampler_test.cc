#include "torch/paper_sampler.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "torch/paper_denoiser.h"
#include "torch/paper_support.h"
#include "torch/paper_trainer.h"

namespace dinas {
namespace {

constexpr int kSteps = 20;

SampleOptions sample(std::size_t count) {
  SampleOptions options;
  options.count = count;
  options.seed = 6;
  return options;
}

struct Untrained {
  explicit Untrained(const PaperConfig& config = small_paper())
      : data(small_training_set(8, 8, 2)), model(untrained_paper_model(data, config, kSteps)) {}
  PaperSamples draw(const Condition& condition, const SampleOptions& options) const {
    return draw_paper(model, *data.space, condition, options);
  }
  TrainingSet data;
  Model model;
};

const Condition kGoodAndOpen = {std::log(0.25F), kOpen};
const Condition kAllOpen = {kOpen, kOpen};

TEST(PaperSampler, CountsWhatDoesNotDecode) {
  const PaperSamples samples = Untrained().draw(kGoodAndOpen, sample(64));
  EXPECT_EQ(samples.architectures.size() + samples.invalid, 64U);
  EXPECT_GT(samples.invalid, 0U);  // an untrained network puts inputs and outputs anywhere
  for (const auto& a : samples.architectures) {
    ASSERT_EQ(a.size(), 6U);
    for (const auto value : a) ASSERT_LT(value, 5);
  }
}

TEST(PaperSampler, DoesNotDependOnBatchThreadsOrSplit) {
  const Untrained model;
  SampleOptions options = sample(30);
  const PaperSamples whole = model.draw(kGoodAndOpen, options);
  options.batch = 7;
  options.threads = 2;
  const PaperSamples split = model.draw(kGoodAndOpen, options);
  EXPECT_EQ(split.architectures, whole.architectures);
  EXPECT_EQ(split.invalid, whole.invalid);
  options.count = 10;
  options.first_item = 20;
  const PaperSamples tail = model.draw(kGoodAndOpen, options);
  EXPECT_TRUE(std::equal(tail.architectures.rbegin(), tail.architectures.rend(),
                         whole.architectures.rbegin()));
}

TEST(PaperSampler, GuidanceDoesNothingWithoutAConditionAndSomethingWithOne) {
  const Untrained model;
  SampleOptions weak = sample(40);
  weak.guidance.weight = 0.0;
  SampleOptions strong = sample(40);
  strong.guidance.weight = 20.0;
  EXPECT_EQ(model.draw(kAllOpen, weak).architectures, model.draw(kAllOpen, strong).architectures);
  EXPECT_NE(model.draw(kGoodAndOpen, weak).architectures,
            model.draw(kGoodAndOpen, strong).architectures);
}

TEST(PaperSampler, StepsDefaultToAll) {
  const Untrained model;
  SampleOptions options = sample(20);
  const auto whole = model.draw(kAllOpen, options).architectures;
  options.steps = kSteps;
  EXPECT_EQ(model.draw(kAllOpen, options).architectures, whole);
  options.steps = 5;
  EXPECT_NE(model.draw(kAllOpen, options).architectures, whole);
  options.steps = kSteps + 1;
  EXPECT_THROW(model.draw(kAllOpen, options), UsageError);
}

TEST(PaperSampler, OfficialLayoutAsksForAnotherCode) {
  PaperConfig official = small_paper();
  official.official_two_condition_layout = true;
  const Condition both = {std::log(0.25F), std::log(0.25F)};
  SampleOptions options = sample(40);
  options.guidance.weight = 20.0;
  EXPECT_NE(Untrained(official).draw(both, options).architectures,
            Untrained().draw(both, options).architectures);
  EXPECT_THROW(Untrained(official).draw({kOpen}, options), UsageError);
}

TEST(PaperDenoiser, RowsDoNotSeeTheirBatchNorThePreviousCall) {
  const Untrained u;
  const auto denoiser = make_paper_denoiser(u.model, u.data.space->skeleton());
  const std::vector<Condition> conditions = {kGoodAndOpen, kAllOpen};
  std::vector<std::uint8_t> states;
  std::vector<std::uint32_t> which;
  for (std::uint32_t g = 0; g < 40; ++g) {
    const auto graph = paper_graph(u.data.space->skeleton(), u.data.architectures[g % 8]);
    states.insert(states.end(), graph.begin(), graph.end());
    states.back() = static_cast<std::uint8_t>(g / 8 % 2);
    which.push_back(g % 2);
  }
  const std::size_t width = 8 * 7 + 28 * 2;
  std::vector<double> together(40 * width);
  const auto worker = denoiser->make_worker();
  worker->predict({40, states, which, conditions, 0.5}, together);
  for (std::size_t g = 0; g < 40; ++g) {
    std::vector<double> alone(width);
    const auto first = together.begin() + static_cast<std::ptrdiff_t>(g * width);
    const std::vector<double> expected(first, first + static_cast<std::ptrdiff_t>(width));
    const NoisyBatch row{1, std::span(states).subspan(g * 36, 36), std::span(which).subspan(g, 1),
                         conditions, 0.5};
    // On some processors the BLAS adds in another order for another number of rows.
    const auto fresh = denoiser->make_worker();
    for (DenoiserWorker* one : {fresh.get(), worker.get()}) {
      one->predict(row, alone);
      for (std::size_t i = 0; i < width; ++i) ASSERT_NEAR(alone[i], expected[i], 1e-5) << g;
    }
  }
}

TEST(PaperSampler, LearnsToSpellValidCells) {
  const TrainingSet data = small_training_set(16, 16, 1);
  TrainOptions options;
  options.profile = Profile::kPaper;
  options.paper = small_paper();
  options.paper.node_hidden = 32;
  options.paper.node_feed_forward = 64;
  options.paper.batch = 16;
  options.diffusion_steps = kSteps;
  options.epochs = 400;
  options.threads = 2;
  const Model model = train_paper(data, options, {});
  const Condition good = {std::log(0.25F)};
  const PaperSamples trained = draw_paper(model, *data.space, good, sample(200));
  const PaperSamples before = draw_paper(untrained_paper_model(data, options.paper, kSteps),
                                         *data.space, good, sample(200));
  EXPECT_LT(trained.invalid, 40U);
  EXPECT_GT(before.invalid, 100U);
}

}  // namespace
}  // namespace dinas
