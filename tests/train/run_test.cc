#include "train/run.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>

#include "base/error.h"
#include "support/nan.h"

namespace dinas {
namespace {

TrainOptions good_options() {
  TrainOptions options;
  options.epochs = 2;
  return options;
}

using Change = std::function<void(TrainOptions&)>;

// The message of validate() for good options with one change; "" if it has nothing to say.
std::string message(const Change& change) {
  TrainOptions options = good_options();
  change(options);
  try {
    validate(options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

void expect_named(const std::string& option, const Change& change) {
  const std::string text = message(change);
  EXPECT_NE(text.find(option), std::string::npos) << option << " in: '" << text << "'";
}

TEST(Validate, AcceptsTheDefaultsWithALength) {
  EXPECT_EQ(message([](TrainOptions&) {}), "");
  EXPECT_EQ(message([](TrainOptions& o) { o.epochs = 0, o.max_seconds = 0.5; }), "");
  EXPECT_EQ(message([](TrainOptions& o) { o.batch = 1; }), "");
  EXPECT_EQ(message([](TrainOptions& o) { o.diffusion_steps = 1; }), "");
}

TEST(Validate, NamesTheOptionThatIsWrong) {
  expect_named("--batch", [](TrainOptions& o) { o.batch = 0; });
  expect_named("--batch", [](TrainOptions& o) { o.batch = 65537; });
  expect_named("--learning-rate", [](TrainOptions& o) { o.learning_rate = 0.0; });
  expect_named("--learning-rate", [](TrainOptions& o) { o.learning_rate = 1.01; });
  expect_named("--learning-rate", [](TrainOptions& o) { o.learning_rate = kNaN; });
  expect_named("--epochs", [](TrainOptions& o) { o.epochs = -1; });
  expect_named("--max-seconds", [](TrainOptions& o) { o.max_seconds = -1.0; });
  expect_named("--max-seconds", [](TrainOptions& o) { o.max_seconds = kNaN; });
  expect_named("--threads", [](TrainOptions& o) { o.threads = 0; });
  expect_named("--diffusion-steps", [](TrainOptions& o) { o.diffusion_steps = 0; });
  expect_named("--loss-weight", [](TrainOptions& o) { o.loss_weights[2] = 0.0; });
  expect_named("--heads", [](TrainOptions& o) { o.denoiser.heads = 0; });
  expect_named("--heads", [](TrainOptions& o) { o.denoiser.heads = 5; });
  expect_named("--width", [](TrainOptions& o) { o.denoiser.width = 4; });
  expect_named("--layers", [](TrainOptions& o) { o.denoiser.layers = 0; });
  expect_named("--layers", [](TrainOptions& o) { o.denoiser.layers = 65; });
}

TEST(Validate, WantsALength) {
  const std::string text = message([](TrainOptions& o) { o.epochs = 0, o.max_seconds = 0.0; });
  EXPECT_NE(text.find("give --epochs, --max-seconds or both"), std::string::npos) << text;
  EXPECT_EQ(message([](TrainOptions& o) { o.epochs = 1, o.max_seconds = 1.0; }), "");
}

TrainingSet two_rows() {
  TrainingSet data;
  data.space = find_space("nasbench201");
  data.architectures = {{3, 0, 0, 0, 1, 0}, {0, 0, 0, 3, 0, 0}};
  data.labelled = 2;
  const MetricSpec spec{"accuracy", Direction::kMax, MetricLevel::kCell};
  data.metrics = {MetricDistribution(spec, {90, 80})};
  data.labels = {1, {1, 2}, {1, 2}};
  return data;
}

TEST(ResumeKey, ChangesWithEveryOptionThatChangesTheResult) {
  const TrainingSet data = two_rows();
  const std::vector<Change> changes = {
      [](TrainOptions&) {},
      [](TrainOptions& o) { o.profile = Profile::kPaper; },
      [](TrainOptions& o) { o.noise = Noise::kUniform; },
      [](TrainOptions& o) { o.diffusion_steps = 10; },
      [](TrainOptions& o) { o.denoiser.width = 32; },
      [](TrainOptions& o) { o.denoiser.layers = 2; },
      [](TrainOptions& o) { o.denoiser.heads = 2; },
      [](TrainOptions& o) { o.denoiser.feed_forward = 64; },
      [](TrainOptions& o) { o.denoiser.fourier = 8; },
      [](TrainOptions& o) { o.denoiser.condition = 64; },
      [](TrainOptions& o) { o.denoiser.time_input = true; },
      [](TrainOptions& o) { o.batch = 255; },
      [](TrainOptions& o) { o.learning_rate = 1e-3; },
      [](TrainOptions& o) { o.weight_decay = 0.0; },
      [](TrainOptions& o) { o.gradient_clip = 2.0; },
      [](TrainOptions& o) { o.ema_decay = 0.99; },
      [](TrainOptions& o) { o.tail_exponent = 1.0; },
      [](TrainOptions& o) { o.loss_weights[1] = 2.0; },
      [](TrainOptions& o) { o.epochs = 3; },
      [](TrainOptions& o) { o.epochs = 0, o.max_seconds = 2.0; },
      [](TrainOptions& o) { o.seed = 1; },
  };
  std::set<std::string> keys;
  for (const Change& change : changes) {
    TrainOptions options = good_options();
    change(options);
    keys.insert(resume_key(options, data));
  }
  EXPECT_EQ(keys.size(), changes.size());
}

TEST(ResumeKey, DoesNotChangeWithWhatLeavesTheResultAlone) {
  TrainOptions options = good_options();
  const std::string key = resume_key(options, two_rows());
  options.threads = 7;
  options.checkpoint = "elsewhere";
  options.checkpoint_seconds = 1.0;
  options.resume = true;
  EXPECT_EQ(resume_key(options, two_rows()), key);
}

TEST(ResumeKey, ChangesWithTheData) {
  std::set<std::string> keys = {resume_key(good_options(), two_rows())};
  TrainingSet data = two_rows();
  data.architectures[1][0] = 4;
  keys.insert(resume_key(good_options(), data));
  data = two_rows();
  std::swap(data.architectures[0], data.architectures[1]);
  keys.insert(resume_key(good_options(), data));
  data = two_rows();
  data.labels.ranks = {2, 2};
  keys.insert(resume_key(good_options(), data));
  data = two_rows();
  data.architectures.push_back({0, 0, 0, 1, 0, 0});  // one more, unlabelled
  keys.insert(resume_key(good_options(), data));
  data = two_rows();
  const MetricSpec other{"accuracy", Direction::kMin, MetricLevel::kCell};
  data.metrics = {MetricDistribution(other, {80, 90})};
  keys.insert(resume_key(good_options(), data));
  EXPECT_EQ(keys.size(), 6U);
}

TEST(TrainClock, CountsEpochsInWholeBatches) {
  TrainOptions options = good_options();
  options.batch = 10;
  TrainClock clock(options, 21);  // 3 steps an epoch
  for (int step = 0; step < 6; ++step) {
    EXPECT_FALSE(clock.finished()) << step;
    EXPECT_DOUBLE_EQ(clock.fraction(), step / 6.0);
    clock.count_step(1.0);
  }
  EXPECT_TRUE(clock.finished());
  EXPECT_EQ(clock.fraction(), 1.0);
  EXPECT_EQ(clock.step(), 6U);
}

TEST(TrainClock, ContinuesAfterEarlierProcesses) {
  TrainOptions options = good_options();
  options.batch = 10;
  TrainClock clock(options, 20);
  clock.restore(3, 100.0);
  EXPECT_EQ(clock.step(), 3U);
  EXPECT_DOUBLE_EQ(clock.fraction(), 0.75);
  EXPECT_GE(clock.elapsed(), 100.0);
  const TrainProgress none = clock.report();
  EXPECT_EQ(none.graphs_per_second, 0.0);  // of this process alone
  EXPECT_GE(none.elapsed, 100.0);

  options.epochs = 0;
  options.max_seconds = 200.0;
  TrainClock timed(options, 20);
  EXPECT_LT(timed.fraction(), 0.5);
  timed.restore(3, 100.0);
  EXPECT_GE(timed.fraction(), 0.5);
  timed.restore(3, 200.0);
  EXPECT_TRUE(timed.finished());
}

TEST(TrainClock, OfTwoLimitsTheFirstReachedEndsTheRun) {
  TrainOptions options = good_options();
  options.epochs = 2;  // of 20 architectures in batches of 256: 2 steps
  options.max_seconds = 1000.0;
  TrainClock clock(options, 20);
  clock.restore(1, 100.0);
  EXPECT_DOUBLE_EQ(clock.fraction(), 0.5);
  clock.restore(2, 100.0);
  EXPECT_TRUE(clock.finished());
  clock.restore(1, 1000.0);
  EXPECT_TRUE(clock.finished());
}

TEST(TrainClock, ReportsTheMeanLossSinceTheLastReport) {
  TrainClock clock(good_options(), 1000);
  clock.count_step(1.0);
  clock.count_step(4.0);
  EXPECT_FALSE(clock.report_due());
  const TrainProgress first = clock.report();
  EXPECT_EQ(first.step, 2U);
  EXPECT_DOUBLE_EQ(first.loss, 2.5);
  EXPECT_GT(first.graphs_per_second, 0.0);
  EXPECT_DOUBLE_EQ(first.fraction, 0.25);  // 2 of 2 * ceil(1000 / 256)
  clock.count_step(7.0);
  EXPECT_DOUBLE_EQ(clock.report().loss, 7.0);
}

TEST(TrainClock, IsDueForACheckpointAtItsInterval) {
  TrainOptions options = good_options();
  EXPECT_FALSE(TrainClock(options, 10).checkpoint_due());
  options.checkpoint_seconds = 0.0;
  EXPECT_TRUE(TrainClock(options, 10).checkpoint_due());
}

TEST(TrainClock, StopsAtALossThatIsNotFinite) {
  TrainClock clock(good_options(), 10);
  for (const double loss :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    try {
      clock.count_step(loss);
      ADD_FAILURE() << "expected an Error";
    } catch (const Error& error) {
      const std::string text = error.what();
      EXPECT_NE(text.find("step 1"), std::string::npos) << text;
      EXPECT_NE(text.find("--learning-rate"), std::string::npos) << text;
    }
  }
  EXPECT_EQ(clock.step(), 0U);
}

}  // namespace
}  // namespace dinas
