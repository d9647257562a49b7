#include "torch/fast_network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "engine/reference.h"
#include "model/features.h"
#include "model/parameters.h"
#include "space/nasbench201.h"
#include "torch/fast_support.h"

namespace dinas {
namespace {

constexpr std::size_t kVariables = 6;
constexpr std::size_t kGraphs = 64;

struct Inputs {
  std::vector<std::uint8_t> states;
  std::vector<std::uint32_t> which;
  std::vector<Condition> conditions;
  double time = 0.3;
};

// Random states, a third of the variables masked, and conditions with and without open entries.
Inputs random_inputs(std::size_t metrics, RandomStream& stream) {
  Inputs in;
  for (std::size_t i = 0; i < 5; ++i) {
    Condition condition(metrics, kOpen);
    for (float& entry : condition) {
      if (i > 0 && stream.below(3) > 0) entry = static_cast<float>(-9.0 * stream.uniform());
    }
    in.conditions.push_back(condition);
  }
  for (std::size_t g = 0; g < kGraphs; ++g) {
    for (std::size_t v = 0; v < kVariables; ++v) {
      in.states.push_back(static_cast<std::uint8_t>(stream.below(3) == 0 ? 5 : stream.below(5)));
    }
    in.which.push_back(stream.below(5));
  }
  return in;
}

// Every parameter random, those that start at zero included; scales keep logits of order one.
Model random_model(const DenoiserConfig& config, std::size_t metrics, RandomStream& stream) {
  Model model;
  model.config.space = "nasbench201";
  model.config.denoiser = config;
  model.config.metrics.resize(metrics);
  for (const auto& info : fast_parameters(config, make_nasbench201()->skeleton(), metrics)) {
    dinas::Tensor tensor{info.shape, {}};
    const double fan = info.shape.size() == 2 ? static_cast<double>(info.shape[0]) : 4.0;
    for (std::int64_t i = 0; i < element_count(info.shape); ++i) {
      tensor.data.push_back(static_cast<float>(stream.normal() / std::sqrt(fan)));
    }
    model.weights.emplace(info.name, tensor);
  }
  return model;
}

torch::Tensor network_logits(const Model& model, const Inputs& in, FastNetwork::Layer layer) {
  const DenoiserConfig& config = model.config.denoiser;
  const FastNetwork network(config, make_nasbench201()->skeleton());
  ParameterTensors parameters;
  for (const auto& [name, tensor] : model.weights) {
    parameters[name] = torch::tensor(tensor.data).view(tensor.shape);
  }
  const std::size_t count = feature_count(config, model.config.metrics.size());
  std::vector<float> features(kGraphs * count);
  for (std::size_t g = 0; g < kGraphs; ++g) {
    write_features(config, in.conditions[in.which[g]], in.time,
                   std::span(features).subspan(g * count, count));
  }
  return network
      .forward(parameters, network.tokens(in.states),
               torch::tensor(features).view({static_cast<std::int64_t>(kGraphs), -1}), layer)
      .flatten()
      .to(torch::kDouble);
}

torch::Tensor reference_logits(const Model& model, const Inputs& in) {
  std::vector<double> logits(kGraphs * 30);
  make_reference_denoiser(model, *make_nasbench201())
      ->make_worker()
      ->predict({kGraphs, in.states, in.which, in.conditions, in.time}, logits);
  return torch::tensor(logits, torch::kDouble);
}

void expect_agreement(const DenoiserConfig& config, std::size_t metrics) {
  RandomStream stream(metrics + 1, Purpose::kCheck);
  const Model model = random_model(config, metrics, stream);
  const Inputs in = random_inputs(metrics, stream);
  const torch::Tensor truth = reference_logits(model, in);
  const double size = truth.abs().max().item<double>();
  ASSERT_GT(size, 0.5);
  for (const auto layer : {&fused_layer, &eager_layer}) {
    const torch::Tensor logits = network_logits(model, in, layer);
    ASSERT_EQ(logits.numel(), truth.numel());
    // Float rounds at 6e-8; some ten products of 100 terms one after the other, none of which
    // amplifies much with these scales, stay well below 1e-4 of the largest logit.
    EXPECT_LT((logits - truth).abs().max().item<double>(), 1e-4 * size);
  }
}

TEST(FastNetwork, AgreesWithTheReferenceEngineAtTheDefaultSize) { expect_agreement({}, 7); }

TEST(FastNetwork, AgreesWithTheReferenceEngineAtOtherSizes) {
  expect_agreement({.width = 12,
                    .layers = 1,
                    .heads = 1,
                    .feed_forward = 7,
                    .fourier = 1,
                    .condition = 5,
                    .time_input = true},
                   1);
  expect_agreement({.width = 16,
                    .layers = 4,
                    .heads = 8,
                    .feed_forward = 40,
                    .fourier = 3,
                    .condition = 9,
                    .time_input = false},
                   2);
}

// input is label 0, output 1, the operations 2..6, a masked node 7.
TEST(FastNetwork, TokensByHand) {
  const FastNetwork network({}, make_nasbench201()->skeleton());
  const std::vector<std::uint8_t> states = {0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 0};
  const torch::Tensor expected =
      torch::tensor({0, 2, 3, 4, 5, 6, 7, 1, 0, 7, 7, 7, 7, 7, 2, 1}, torch::kInt64).view({2, 8});
  EXPECT_TRUE(torch::equal(network.tokens(states), expected));
}

// Variables of different sizes, in labels that are not in the order of the vocabulary.
TEST(FastNetwork, ShortVariablesArePaddedOutOfReach) {
  Skeleton skeleton;
  skeleton.nodes = 2;
  skeleton.vocabulary = {"a", "b", "c"};
  skeleton.fixed_label = {-1, -1};
  skeleton.fixed_edges = {{0, 1}};
  Variable large;
  large.values = {"c", "a", "b"};
  large.labels = {2, 0, 1};
  Variable small;
  small.node = 1;
  small.values = {"b", "c"};
  small.labels = {1, 2};
  skeleton.variables = {large, small};
  const DenoiserConfig config{.width = 2,
                              .layers = 1,
                              .heads = 1,
                              .feed_forward = 1,
                              .fourier = 1,
                              .condition = 1,
                              .time_input = false};
  const FastNetwork network(config, skeleton);
  EXPECT_EQ(network.largest_variable(), 3);
  ParameterTensors parameters;
  for (const auto& info : fast_parameters(config, skeleton, 1)) {
    parameters[info.name] = torch::zeros(info.shape);
  }
  parameters["embed.position"] = torch::tensor({1.0F, 0.0F, 0.0F, 1.0F}).view({2, 2});
  parameters["readout.label.weight"] =
      torch::tensor({10.0F, 20.0F, 30.0F, 0.0F, 0.0F, 0.0F}).view({2, 3});
  parameters["readout.value.bias"] = torch::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F});
  const std::vector<std::uint8_t> states = {3, 2};
  const torch::Tensor logits =
      network.forward(parameters, network.tokens(states), torch::zeros({1, 3}));
  // Normalised, the first feature is s at node 0 and -s at node 1.
  const float s = 0.5F / std::sqrt(0.25F + 1e-5F);
  const torch::Tensor expected = torch::tensor(
      {30.0F * s + 1.0F, 10.0F * s + 2.0F, 20.0F * s + 3.0F, -20.0F * s + 4.0F, -30.0F * s + 5.0F});
  const torch::Tensor flat = logits.flatten();
  EXPECT_LT((flat.narrow(0, 0, 5) - expected).abs().max().item<float>(), 1e-4F);  // float, size 30
  EXPECT_LT(flat[5].item<float>(), -1e8F);
}

}  // namespace
}  // namespace dinas
