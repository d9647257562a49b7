// The network in training against the reference engine: its logits, its loss, and the gradient of
// every tensor by finite differences of the reference's loss in double precision.
#include "train/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/reference.h"
#include "model/parameters.h"
#include "support/random_model.h"
#include "support/random_train_batch.h"

namespace dinas {
namespace {

constexpr std::size_t kGraphs = 7;
constexpr std::size_t kMetrics = 2;
constexpr DenoiserConfig kSmall{.width = 12,
                                .layers = 2,
                                .heads = 2,
                                .feed_forward = 20,
                                .edge_width = 6,
                                .fourier = 2,
                                .condition = 10,
                                .time_input = true};

constexpr float kTime = 0.5F;  // the reference takes one for all

std::vector<double> reference_logits(const Model& model, const Space& space,
                                     const TrainBatch& batch) {
  std::vector<Condition> conditions;
  std::vector<std::uint32_t> which;
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    const float* own = &batch.conditions[g * kMetrics];
    conditions.emplace_back(own, own + kMetrics);
    which.push_back(static_cast<std::uint32_t>(g));
  }
  std::vector<double> logits(batch.targets.size());
  make_reference_denoiser(model, space)
      ->make_worker()
      ->predict({batch.graphs, batch.states, which, conditions, kTime}, logits);
  return logits;
}

double reference_loss(const Model& model, const Space& space, const TrainBatch& batch,
                      double scale) {
  const auto logits = reference_logits(model, space, batch);
  double loss = 0.0;
  std::size_t at = 0;
  std::size_t variable = 0;
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    for (const Variable& v : space.skeleton().variables) {
      double sum = 0.0;
      const auto size = static_cast<std::size_t>(v.size());
      for (std::size_t k = 0; k < size; ++k) sum += std::exp(logits[at + k]);
      for (std::size_t k = 0; k < size; ++k) {
        loss += scale * static_cast<double>(batch.weights[variable]) *
                static_cast<double>(batch.targets[at + k]) * (std::log(sum) - logits[at + k]);
      }
      at += size;
      ++variable;
    }
  }
  return loss;
}

struct Problem {
  explicit Problem(std::shared_ptr<const Space> s)
      : space(std::move(s)),
        model(random_model(kSmall, space->skeleton(), kMetrics)),
        layout(fast_parameters(kSmall, space->skeleton(), kMetrics)),
        batch(random_train_batch(space->skeleton(), kMetrics, kGraphs, kTime)) {}

  std::shared_ptr<const Space> space;
  Model model;
  train::ParameterLayout layout;
  TrainBatch batch;
};

class TrainingNetwork : public testing::TestWithParam<std::string> {
 protected:
  Problem problem_{any_space(GetParam())};
};

// Single against double precision on logits of order one.
TEST_P(TrainingNetwork, HasTheReferencesLogits) {
  const Problem& p = problem_;
  const auto expected = reference_logits(p.model, *p.space, p.batch);
  for (const std::size_t block : {1U, 3U, 7U}) {
    train::Network network(kSmall, p.space->skeleton(), kMetrics, p.layout, block);
    const auto actual = network.logits(p.layout.pack(p.model.weights).data(), p.batch);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(actual[i], expected[i], 2e-5 * std::max(1.0, std::abs(expected[i]))) << i;
    }
  }
}

TEST_P(TrainingNetwork, GradientsAreFiniteDifferencesOfTheReferencesLoss) {
  Problem& p = problem_;
  constexpr float kScale = 0.25F;
  train::Network network(kSmall, p.space->skeleton(), kMetrics, p.layout, 3);
  std::vector<float> gradient(p.layout.size(), 0.0F);
  const double loss = network.loss_and_gradient(p.layout.pack(p.model.weights).data(), p.batch,
                                                kScale, gradient.data());
  EXPECT_NEAR(loss, reference_loss(p.model, *p.space, p.batch, kScale), 1e-5 * loss);
  const TensorMap gradients = p.layout.unpack(gradient);
  RandomStream stream(6, Purpose::kCheck);
  for (auto& [name, tensor] : p.model.weights) {
    double largest = 0.0;
    for (const float g : gradients.at(name).data) {
      largest = std::max(largest, std::abs(static_cast<double>(g)));
    }
    EXPECT_GT(largest, 0.0) << name;
    for (int trial = 0; trial < 4; ++trial) {
      const auto i = stream.below(static_cast<std::uint32_t>(tensor.data.size()));
      const float kept = tensor.data[i];
      const float up = kept + 2e-5F;
      const float down = kept - 2e-5F;
      tensor.data[i] = up;
      const double above = reference_loss(p.model, *p.space, p.batch, kScale);
      tensor.data[i] = down;
      const double below = reference_loss(p.model, *p.space, p.batch, kScale);
      tensor.data[i] = kept;
      const double numeric = (above - below) / (static_cast<double>(up) - down);
      // A step that few kinks of ReLU lie in; the rest is single precision.
      EXPECT_NEAR(gradients.at(name).data[i], numeric, 1e-3 * largest + 1e-6) << name << " " << i;
    }
  }
}

TEST_P(TrainingNetwork, ABlockThatIsNotFullAddsNothing) {
  const Problem& p = problem_;
  const auto parameters = p.layout.pack(p.model.weights);
  std::vector<float> one(p.layout.size(), 0.0F);
  std::vector<float> four(p.layout.size(), 0.0F);
  train::Network by_one(kSmall, p.space->skeleton(), kMetrics, p.layout, 1);
  train::Network by_four(kSmall, p.space->skeleton(), kMetrics, p.layout, 4);
  const double loss = by_one.loss_and_gradient(parameters.data(), p.batch, 1.0F, one.data());
  EXPECT_NEAR(by_four.loss_and_gradient(parameters.data(), p.batch, 1.0F, four.data()), loss,
              1e-5 * loss);
  double largest = 0.0;
  for (const float g : one) largest = std::max(largest, std::abs(static_cast<double>(g)));
  for (std::size_t i = 0; i < one.size(); ++i) ASSERT_NEAR(one[i], four[i], 1e-5 * largest) << i;
}

INSTANTIATE_TEST_SUITE_P(Spaces, TrainingNetwork, testing::ValuesIn(every_space_and_toy()),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace dinas
