#include "sample/sampler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "sample/law.h"
#include "support/toy.h"

namespace dinas {
namespace {

SampleOptions draws(std::size_t count, int steps, GuidanceForm form, double weight) {
  SampleOptions options;
  options.count = count;
  options.seed = 11;
  options.threads = 2;
  options.steps = steps;
  options.guidance.form = form;
  options.guidance.weight = weight;
  return options;
}

std::vector<Architecture> draw(const Toy& toy, const Condition& condition,
                               const SampleOptions& options, const SampleObserver& observer = {}) {
  return draw_architectures(toy.skeleton(), toy.denoiser(), toy.process(), condition, options,
                            observer)
      .architectures;
}

struct SamplerCase {
  const char* name;
  Noise noise;
  Condition condition;
  SampleOptions options;
};

class SamplerLaw : public testing::TestWithParam<SamplerCase> {};

// Fixed seed; the chain's own law is known exactly, so a correct sampler fails by chance with 1e-4.
TEST_P(SamplerLaw, DrawsFollowTheExactlyPropagatedLaw) {
  const SamplerCase& c = GetParam();
  const Toy toy(c.noise);
  const std::vector<double> law = sampling_law(toy.skeleton(), toy.denoiser(), toy.process(),
                                               c.condition, c.options.steps, c.options.guidance);
  std::vector<double> shares(Toy::kStates, 0.0);
  const auto n = static_cast<double>(c.options.count);
  for (const Architecture& a : draw(toy, c.condition, c.options)) {
    shares[architecture_index(toy.skeleton(), a)] += 1.0 / n;
  }
  // Cells expected fewer than 5 times are pooled.
  double chi_square = 0.0;
  int cells = 0;
  double rare = 0.0;
  double rare_share = 0.0;
  const auto add_cell = [&](double share, double p) {
    chi_square += n * (share - p) * (share - p) / p;
    ++cells;
  };
  for (std::size_t i = 0; i < law.size(); ++i) {
    if (n * law[i] >= 5.0) {
      add_cell(shares[i], law[i]);
    } else {
      rare += law[i];
      rare_share += shares[i];
    }
  }
  if (rare > 0.0) add_cell(rare_share, rare);
  ASSERT_GE(cells, 10);
  // chi-square, alpha = 1e-4, for 9, 10 and 11 degrees of freedom.
  const double critical = cells == 10 ? 33.72 : cells == 11 ? 35.56 : 37.37;
  EXPECT_LT(chi_square, critical);
  // The floor is the mean of the distance for a perfect sampler; its spread over about ten cells is
  // a quarter of it, so twice the mean is four standard deviations.
  EXPECT_LT(total_variation(shares, law), 2.0 * sampling_floor(law, c.options.count));
}

SampleOptions in_call_two(SampleOptions options) {
  options.guidance.first_step = 2;
  options.guidance.last_step = 2;
  return options;
}

INSTANTIATE_TEST_SUITE_P(
    Toy, SamplerLaw,
    testing::Values(SamplerCase{"mask_one_a_call", Noise::kMask, Toy::both(),
                                draws(40000, 0, GuidanceForm::kJoint, 0)},
                    SamplerCase{"mask_two_calls", Noise::kMask, Toy::both(),
                                draws(40000, 2, GuidanceForm::kJoint, 0)},
                    SamplerCase{"mask_one_call", Noise::kMask, Toy::open(),
                                draws(40000, 1, GuidanceForm::kJoint, 2)},
                    SamplerCase{"mask_joint", Noise::kMask, Toy::both(),
                                draws(40000, 0, GuidanceForm::kJoint, 0.5)},
                    SamplerCase{"mask_composed", Noise::kMask, Toy::both(),
                                draws(40000, 0, GuidanceForm::kComposed, 0.3)},
                    SamplerCase{"mask_posterior", Noise::kMask, Toy::first(),
                                draws(40000, 2, GuidanceForm::kPosterior, 0.5)},
                    SamplerCase{"mask_interval", Noise::kMask, Toy::both(),
                                in_call_two(draws(40000, 0, GuidanceForm::kJoint, 1))},
                    SamplerCase{"marginal_strided", Noise::kMarginal, Toy::both(),
                                draws(40000, 6, GuidanceForm::kJoint, 0)},
                    SamplerCase{"uniform_strided", Noise::kUniform, Toy::both(),
                                draws(40000, 6, GuidanceForm::kJoint, 0)},
                    SamplerCase{"marginal_default_grid", Noise::kMarginal, Toy::first(),
                                draws(40000, 0, GuidanceForm::kJoint, 0)},
                    SamplerCase{"marginal_joint", Noise::kMarginal, Toy::first(),
                                draws(40000, 6, GuidanceForm::kJoint, 0.5)},
                    SamplerCase{"marginal_composed", Noise::kMarginal, Toy::both(),
                                draws(40000, 6, GuidanceForm::kComposed, 0.3)},
                    SamplerCase{"marginal_posterior", Noise::kMarginal, Toy::first(),
                                draws(40000, 6, GuidanceForm::kPosterior, 0.5)},
                    SamplerCase{"uniform_interval", Noise::kUniform, Toy::both(),
                                in_call_two(draws(40000, 6, GuidanceForm::kJoint, 1))}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Sampler, ThreadsAndBatchesNeverChangeTheResult) {
  for (const Noise noise : {Noise::kMask, Noise::kMarginal, Noise::kUniform}) {
    const Toy toy(noise);
    SampleOptions options = draws(300, noise == Noise::kMask ? 2 : 4, GuidanceForm::kComposed, 1);
    options.threads = 1;
    const auto expected = draw(toy, Toy::both(), options);
    ASSERT_EQ(expected.size(), 300U);
    for (const int threads : {1, 2}) {
      for (const std::size_t batch : {1U, 7U, 256U}) {
        options.threads = threads;
        options.batch = batch;
        EXPECT_EQ(draw(toy, Toy::both(), options), expected) << threads << " " << batch;
      }
    }
    options.seed = 12;
    EXPECT_NE(draw(toy, Toy::both(), options), expected);
  }
}

TEST(Sampler, ManyDrawsAreTheUnionOfSingleDraws) {
  for (const Noise noise : {Noise::kMask, Noise::kMarginal}) {
    const Toy toy(noise);
    SampleOptions options = draws(64, 0, GuidanceForm::kJoint, 1);
    options.first_item = 1000;
    const auto together = draw(toy, Toy::first(), options);
    std::vector<Architecture> singly;
    options.count = 1;
    for (std::uint32_t i = 0; i < 64; ++i) {
      options.first_item = 1000 + i;
      singly.push_back(draw(toy, Toy::first(), options).at(0));
    }
    EXPECT_EQ(together, singly);
  }
}

// Passes on to the toy's denoiser and checks what the sampler asks of it.
class Watched : public Denoiser {
 public:
  explicit Watched(const Toy& toy) : toy_(toy) {}
  [[nodiscard]] std::unique_ptr<DenoiserWorker> make_worker() const override {
    ++workers;
    return std::make_unique<Worker>(*this, toy_.denoiser().make_worker());
  }
  mutable std::atomic<int> workers{0};
  mutable std::vector<std::size_t> rows;
  mutable std::vector<double> times;

 private:
  class Worker : public DenoiserWorker {
   public:
    Worker(const Watched& owner, std::unique_ptr<DenoiserWorker> inner)
        : owner_(owner), inner_(std::move(inner)) {}
    void predict(const NoisyBatch& batch, std::span<double> logits) override {
      owner_.rows.push_back(batch.graphs);
      owner_.times.push_back(batch.time);
      std::set<std::vector<int>> seen;
      for (std::size_t g = 0; g < batch.graphs; ++g) {
        std::vector<int> row = {static_cast<int>(batch.condition[g])};
        for (std::size_t v = 0; v < 3; ++v) row.push_back(batch.states[g * 3 + v]);
        EXPECT_TRUE(seen.insert(row).second) << "the same graph twice in a batch";
      }
      inner_->predict(batch, logits);
    }

   private:
    const Watched& owner_;
    std::unique_ptr<DenoiserWorker> inner_;
  };
  const Toy& toy_;
};

TEST(Sampler, PredictsEqualStatesOnceAndAllConditionsInOneBatch) {
  const Toy toy(Noise::kMask);
  const Watched denoiser(toy);
  SampleOptions options = draws(4000, 0, GuidanceForm::kComposed, 0);
  options.threads = 1;
  options.batch = 4000;
  const Drawn result =
      draw_architectures(toy.skeleton(), denoiser, toy.process(), Toy::both(), options);
  EXPECT_EQ(result.architectures, draw(toy, Toy::both(), options));
  EXPECT_EQ(denoiser.workers, 1);
  // All masked: 1 state; one visible: 2 + 3 + 2; two visible: 6 + 4 + 6. Three conditions each.
  EXPECT_EQ(denoiser.rows, (std::vector<std::size_t>{3, 21, 48}));
}

TEST(Sampler, TellsTheTimeOfEveryCall) {
  const Toy toy(Noise::kMarginal);
  const Watched denoiser(toy);
  SampleOptions options = draws(5, 4, GuidanceForm::kJoint, 0);
  options.threads = 1;
  draw_architectures(toy.skeleton(), denoiser, toy.process(), Toy::both(), options);
  EXPECT_EQ(denoiser.times, (std::vector<double>{1.0, 281 / 500.0, 0.25, 31 / 500.0}));
}

TEST(Sampler, StopsWhenToldAndReturnsTheFinishedPrefix) {
  const Toy toy(Noise::kMask);
  SampleOptions options = draws(100, 0, GuidanceForm::kJoint, 1);
  const auto all = draw(toy, Toy::both(), options);
  options.batch = 10;
  for (const int threads : {1, 2}) {
    options.threads = threads;
    std::vector<std::size_t> reports;
    const auto some = draw(toy, Toy::both(), options, [&](std::size_t done) {
      reports.push_back(done);
      return done < 30;
    });
    EXPECT_EQ(reports, (std::vector<std::size_t>{10, 20, 30}));
    // With two threads the other batch under way is finished too.
    const std::size_t most = threads == 1 ? 30 : 40;
    EXPECT_LE(some.size(), most);
    EXPECT_GE(some.size(), 20U);
    EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin()));
  }
}

TEST(Sampler, DrawsNothingWhenAskedForNothing) {
  const Toy toy(Noise::kMask);
  EXPECT_TRUE(draw(toy, Toy::both(), draws(0, 0, GuidanceForm::kJoint, 1)).empty());
}

TEST(Sampler, RefusesRequestsOutOfRange) {
  const Toy mask(Noise::kMask);
  const Toy marginal(Noise::kMarginal);
  const auto refused = [](const Toy& toy, const SampleOptions& options) {
    EXPECT_THROW(draw(toy, Toy::both(), options), UsageError);
  };
  refused(mask, draws(1, 4, GuidanceForm::kJoint, 1));
  refused(mask, draws(1, -1, GuidanceForm::kJoint, 1));
  refused(marginal, draws(1, 501, GuidanceForm::kJoint, 1));
  refused(mask, draws(1, 0, GuidanceForm::kJoint, -0.1));
  refused(mask, draws(1, 0, GuidanceForm::kJoint, std::numeric_limits<double>::quiet_NaN()));
  SampleOptions options = draws(1, 0, GuidanceForm::kComposed, 1);
  options.guidance.metric_weights = {std::nullopt, -1.0};
  refused(mask, options);
  options = draws(1, 0, GuidanceForm::kJoint, 1);
  options.guidance.first_step = 4;  // of 3 calls
  refused(mask, options);
  options.guidance.first_step = 3;
  options.guidance.last_step = 2;
  refused(mask, options);
  options = draws(1, 0, GuidanceForm::kJoint, 1);
  options.batch = 0;
  refused(mask, options);
  options = draws(2, 0, GuidanceForm::kJoint, 1);
  options.first_item = 0xffffffffU;
  refused(mask, options);
}

}  // namespace
}  // namespace dinas
