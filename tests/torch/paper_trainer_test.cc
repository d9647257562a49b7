#include "torch/paper_trainer.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/resume.h"
#include "support/temp.h"
#include "torch/paper_support.h"

namespace dinas {
namespace {

TrainOptions small_options(int epochs) {
  TrainOptions options;
  options.profile = Profile::kPaper;
  options.paper = small_paper();
  options.diffusion_steps = 50;
  options.epochs = epochs;
  options.seed = 4;
  return options;
}

TEST(PaperTrainer, RecordsWhatItDid) {
  const TrainingSet data = small_training_set(20, 16, 2);
  const Model model = train_paper(data, small_options(2), {});
  EXPECT_EQ(model.config.profile, Profile::kPaper);
  EXPECT_EQ(model.config.noise, Noise::kMarginal);
  EXPECT_EQ(model.config.diffusion_steps, 50);
  EXPECT_EQ(model.config.training.steps, 6U);  // two epochs of 8 + 8 + 4 graphs
  EXPECT_EQ(model.config.training.batch, 8);
  EXPECT_EQ(model.config.training.graphs, 20U);
  EXPECT_EQ(model.config.training.labels, 16U);
  EXPECT_EQ(model.config.training.seconds, 0.0);
  const auto table = paper_parameters(small_paper(), data.space->skeleton(), 2);
  ASSERT_EQ(model.weights.size(), table.size());
  for (const auto& info : table) EXPECT_EQ(model.weights.at(info.name).shape, info.shape);
}

// Sum of the losses of all steps of a run, however the reports fall.
double total_loss(const TrainingSet& data, const TrainOptions& options) {
  double total = 0.0;
  std::uint64_t reported = 0;
  train_paper(data, options, [&](const TrainProgress& progress) {
    total += progress.loss * static_cast<double>(progress.step - reported);
    reported = progress.step;
    return true;
  });
  return total;
}

TEST(PaperTrainer, LossFalls) {
  const TrainingSet data = small_training_set(16, 16, 1);
  const double first = total_loss(data, small_options(50));  // 100 steps
  const double both = total_loss(data, small_options(150));
  // The difference of the two means has a standard deviation of about 0.07 at a loss of 4.3 (t and
  // noise are drawn anew each step); 5 % are three of them, half of what is learnt here.
  EXPECT_LT((both - first) / 200.0, 0.95 * first / 100.0);
}

TEST(PaperTrainer, ARunByTimeRecordsItsTime) {
  TrainOptions options = small_options(0);
  options.max_seconds = 0.2;
  const Model model = train_paper(small_training_set(16, 16, 1), options, {});
  EXPECT_GE(model.config.training.seconds, 0.2);
  EXPECT_GE(model.config.training.steps, 1U);
}

TEST(PaperTrainer, ThreadsDoNotChangeTheResult) {
  const TrainingSet data = small_training_set(20, 20, 1);
  TrainOptions options = small_options(3);
  const Model one = train_paper(data, options, {});
  options.threads = 2;
  expect_equal_weights(one, train_paper(data, options, {}));
  options.seed = 5;
  EXPECT_NE(train_paper(data, options, {}).weights.at("mlp_in_X.0.weight").data,
            one.weights.at("mlp_in_X.0.weight").data);
}

TEST(PaperTrainer, RepairedSwitchesTrain) {
  const TrainingSet data = small_training_set(8, 8, 2);
  TrainOptions options = small_options(1);
  options.paper.time_input = true;
  options.paper.propagate_global = true;
  EXPECT_EQ(train_paper(data, options, {}).config.training.steps, 1U);
}

TEST(PaperTrainer, DeterministicAcrossStopAndResume) {
  const TempFolder folder;
  const TrainingSet data = small_training_set(20, 20, 2);
  TrainOptions options = small_options(120);  // 360 steps, several reports long
  options.checkpoint = folder.file("run.checkpoint");
  expect_resumes([&](const auto&... arguments) { return train_paper(data, arguments...); }, options,
                 2);
}

TEST(PaperTrainer, ResumeDependsOnEveryStoredArray) {
  const TempFolder folder;
  const TrainingSet data = small_training_set(20, 20, 2);
  TrainOptions options = small_options(4);
  options.checkpoint = folder.file("run.checkpoint");
  expect_every_array_matters(
      [&](const auto&... arguments) { return train_paper(data, arguments...); }, options);
}

TEST(PaperTrainer, RefusesACheckpointOfOtherOptions) {
  const TempFolder folder;
  const TrainingSet data = small_training_set(20, 20, 1);
  TrainOptions options = small_options(2);
  options.checkpoint = folder.file("run.checkpoint");
  options.checkpoint_seconds = 0.0;
  train_paper(data, options, {});
  options.resume = true;
  options.paper.dropout = 0.2;
  EXPECT_THROW(train_paper(data, options, {}), Error);
}

}  // namespace
}  // namespace dinas
