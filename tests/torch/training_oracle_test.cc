// The native trainer against libtorch: the loss and the gradient of every tensor on every space,
// and ten steps of both from the same start.
#include <gtest/gtest.h>

#include <cmath>

#include "model/features.h"
#include "support/random_model.h"
#include "support/random_train_batch.h"
#include "torch/eager_network.h"
#include "train/network.h"
#include "train/optimiser.h"

namespace dinas {
namespace {

constexpr std::size_t kMetrics = 3;
constexpr std::size_t kGraphs = 40;

// libtorch's view of the same network and batch.
class Oracle {
 public:
  Oracle(const DenoiserConfig& config, const Skeleton& skeleton, const TensorMap& weights,
         const TrainBatch& batch)
      : network_(config, skeleton), offsets_(skeleton.offsets()), batch_(batch) {
    for (const auto& [name, tensor] : weights) {
      parameters_[name] =
          torch::tensor(tensor.data).view(tensor.shape).clone().requires_grad_(true);
    }
    const std::size_t count = feature_count(config, kMetrics);
    std::vector<float> features(kGraphs * count);
    for (std::size_t g = 0; g < kGraphs; ++g) {
      write_features(config, std::span(batch.conditions).subspan(g * kMetrics, kMetrics),
                     static_cast<double>(batch.times[g]),
                     std::span(features).subspan(g * count, count));
    }
    features_ = torch::tensor(features).view({static_cast<std::int64_t>(kGraphs), -1});
    tokens_ = network_.encode(batch.states);
  }

  // Loss of the whole batch; its gradient goes to the parameters.
  double backward() {
    for (auto& [name, tensor] : parameters_) tensor.mutable_grad() = torch::Tensor();
    const torch::Tensor logits = network_.forward(parameters_, tokens_, features_);
    const auto graphs = static_cast<std::int64_t>(kGraphs);
    const torch::Tensor targets = torch::tensor(batch_.targets).view({graphs, -1});
    const torch::Tensor weights = torch::tensor(batch_.weights).view({graphs, -1});
    torch::Tensor loss = torch::zeros({});
    for (std::size_t v = 0; v + 1 < offsets_.size(); ++v) {
      const std::int64_t first = offsets_[v];
      const std::int64_t size = offsets_[v + 1] - offsets_[v];
      const torch::Tensor terms =
          (targets.narrow(1, first, size) * torch::log_softmax(logits.narrow(1, first, size), -1))
              .sum(-1);
      loss = loss - (terms * weights.select(1, static_cast<std::int64_t>(v))).sum();
    }
    loss = loss / static_cast<double>(kGraphs);
    loss.backward();
    return loss.item<double>();
  }

  ParameterTensors& parameters() { return parameters_; }

 private:
  EagerNetwork network_;
  std::vector<int> offsets_;
  const TrainBatch& batch_;
  ParameterTensors parameters_;
  torch::Tensor features_;
  EagerTokens tokens_;
};

std::vector<float> floats(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

class TrainingOracle : public testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<const Space> space_ = any_space(GetParam());
  const Skeleton& skeleton_ = space_->skeleton();
  TrainBatch batch_ = random_train_batch(skeleton_, kMetrics, kGraphs);
};

TEST_P(TrainingOracle, LossAndEveryGradientAgree) {
  for (const bool time : {false, true}) {
    DenoiserConfig config;
    config.time_input = time;
    const TensorMap weights = random_model(config, skeleton_, kMetrics).weights;
    const train::ParameterLayout layout(fast_parameters(config, skeleton_, kMetrics));
    train::Network network(config, skeleton_, kMetrics, layout, 16);
    std::vector<float> gradient(layout.size(), 0.0F);
    const double loss = network.loss_and_gradient(layout.pack(weights).data(), batch_,
                                                  1.0F / kGraphs, gradient.data());
    Oracle oracle(config, skeleton_, weights, batch_);
    EXPECT_NEAR(loss, oracle.backward(), 1e-5 * loss);
    const TensorMap gradients = layout.unpack(gradient);
    for (const auto& [name, tensor] : oracle.parameters()) {
      const std::vector<float> expected = floats(tensor.grad());
      const std::vector<float>& actual = gradients.at(name).data;
      double size = 0.0;
      double error = 0.0;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        size += std::pow(expected[i], 2);
        error += std::pow(actual[i] - expected[i], 2);
      }
      // Single precision, sums of some thousand terms of either sign in another order, which the
      // instruction set decides; a unit at the edge of its ReLU moves single entries by more, so
      // the tensor counts as a whole. A term left out moves it by a hundredth and more.
      ASSERT_LE(std::sqrt(error), 3e-3 * std::sqrt(size) + 1e-6) << name;
    }
  }
}

TEST_P(TrainingOracle, TenStepsStayTogether) {
  DenoiserConfig config;
  config.layers = 2;
  const TensorMap weights = random_model(config, skeleton_, kMetrics).weights;
  const train::ParameterLayout layout(fast_parameters(config, skeleton_, kMetrics));
  train::Network network(config, skeleton_, kMetrics, layout, 16);
  std::vector<float> parameters = layout.pack(weights);
  OptimiserState state = initial_state(parameters);
  OptimiserOptions options;
  options.weight_decay = 0.05;
  ThreadTeam alone(1);
  Oracle oracle(config, skeleton_, weights, batch_);
  std::vector<torch::Tensor> ordered;
  for (const auto& [name, tensor] : oracle.parameters()) ordered.push_back(tensor);
  torch::optim::AdamW adam(ordered, torch::optim::AdamWOptions(1e-3)
                                        .betas({options.beta1, options.beta2})
                                        .eps(options.epsilon)
                                        .weight_decay(options.weight_decay));
  double first = 0.0;
  for (std::uint64_t step = 1; step <= 10; ++step) {
    std::vector<float> gradient(layout.size(), 0.0F);
    const double loss =
        network.loss_and_gradient(parameters.data(), batch_, 1.0F / kGraphs, gradient.data());
    optimiser_step(options, step, 1e-3, gradient, parameters, state, alone);
    const double theirs = oracle.backward();
    torch::nn::utils::clip_grad_norm_(ordered, options.gradient_clip);
    adam.step();
    // AdamW moves every weight by the rate whatever its gradient's size: where that is rounding,
    // the two go apart, and the loss hardly notices.
    EXPECT_NEAR(loss, theirs, 2e-3 * theirs) << step;
    if (step == 1) first = loss;
    if (step == 10) {
      EXPECT_LT(loss, first);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Spaces, TrainingOracle, testing::ValuesIn(every_space_and_toy()),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace dinas
