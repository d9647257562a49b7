#include "torch/fast_network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "engine/reference.h"
#include "model/features.h"
#include "model/parameters.h"
#include "space/nasbench201.h"
#include "support/toy_space.h"
#include "torch/fast_support.h"

namespace dinas {
namespace {

constexpr std::size_t kGraphs = 64;

struct Inputs {
  std::vector<std::uint8_t> states;
  std::vector<std::uint32_t> which;
  std::vector<Condition> conditions;
  double time = 0.3;
};

// Random states, a third of the variables masked, and conditions with and without open entries.
Inputs random_inputs(const Skeleton& skeleton, std::size_t metrics, RandomStream& stream) {
  Inputs in;
  for (std::size_t i = 0; i < 5; ++i) {
    Condition condition(metrics, kOpen);
    for (float& entry : condition) {
      if (i > 0 && stream.below(3) > 0) entry = static_cast<float>(-9.0 * stream.uniform());
    }
    in.conditions.push_back(condition);
  }
  for (std::size_t g = 0; g < kGraphs; ++g) {
    for (const Variable& v : skeleton.variables) {
      const auto size = static_cast<std::uint32_t>(v.size());
      in.states.push_back(
          static_cast<std::uint8_t>(stream.below(3) == 0 ? size : stream.below(size)));
    }
    in.which.push_back(stream.below(5));
  }
  return in;
}

// Every parameter random, those that start at zero included; scales keep logits of order one.
Model random_model(const DenoiserConfig& config, const Skeleton& skeleton, std::size_t metrics,
                   RandomStream& stream) {
  Model model;
  model.config.denoiser = config;
  model.config.metrics.resize(metrics);
  for (const auto& info : fast_parameters(config, skeleton, metrics)) {
    dinas::Tensor tensor{info.shape, {}};
    const double fan = info.shape.size() == 2 ? static_cast<double>(info.shape[0]) : 4.0;
    for (std::int64_t i = 0; i < element_count(info.shape); ++i) {
      tensor.data.push_back(static_cast<float>(stream.normal() / std::sqrt(fan)));
    }
    model.weights.emplace(info.name, tensor);
  }
  return model;
}

// Logits of every value, without the padding of short variables.
torch::Tensor network_logits(const Model& model, const Skeleton& skeleton, const Inputs& in,
                             FastNetwork::Layer layer) {
  const DenoiserConfig& config = model.config.denoiser;
  const FastNetwork network(config, skeleton);
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
  const torch::Tensor padded = network.forward(
      parameters, network.encode(in.states),
      torch::tensor(features).view({static_cast<std::int64_t>(kGraphs), -1}), layer);
  std::vector<torch::Tensor> parts;
  for (std::int64_t v = 0; v < skeleton.variable_count(); ++v) {
    parts.push_back(
        padded.select(1, v).narrow(1, 0, skeleton.variables[static_cast<std::size_t>(v)].size()));
  }
  return torch::cat(parts, 1).flatten().to(torch::kDouble);
}

torch::Tensor reference_logits(const Model& model, const Space& space, const Inputs& in) {
  std::vector<double> logits(kGraphs * static_cast<std::size_t>(space.skeleton().total_values()));
  make_reference_denoiser(model, space)
      ->make_worker()
      ->predict({kGraphs, in.states, in.which, in.conditions, in.time}, logits);
  return torch::tensor(logits, torch::kDouble);
}

void expect_agreement(const Space& space, const DenoiserConfig& config, std::size_t metrics) {
  RandomStream stream(metrics + 1, Purpose::kCheck);
  const Model model = random_model(config, space.skeleton(), metrics, stream);
  const Inputs in = random_inputs(space.skeleton(), metrics, stream);
  const torch::Tensor truth = reference_logits(model, space, in);
  const double size = truth.abs().max().item<double>();
  ASSERT_GT(size, 0.5);
  for (const auto layer : {&fused_layer, &eager_layer}) {
    const torch::Tensor logits = network_logits(model, space.skeleton(), in, layer);
    ASSERT_EQ(logits.numel(), truth.numel());
    // Float rounds at 6e-8; some ten products of 100 terms one after the other, none of which
    // amplifies much with these scales, stay well below 1e-4 of the largest logit.
    EXPECT_LT((logits - truth).abs().max().item<double>(), 1e-4 * size);
  }
}

TEST(FastNetwork, AgreesWithTheReferenceEngineAtTheDefaultSize) {
  for (const std::string& name : space_names()) {
    SCOPED_TRACE(name);
    expect_agreement(*find_space(name), {}, 7);
  }
}

TEST(FastNetwork, AgreesWithTheReferenceEngineOnOneVariableOfEachKind) {
  expect_agreement(SkeletonSpace(mixed_skeleton()), {.edge_width = 5}, 2);
}

TEST(FastNetwork, AgreesWithTheReferenceEngineAtOtherSizes) {
  const auto space = make_nasbench201();
  expect_agreement(*space,
                   {.width = 12,
                    .layers = 1,
                    .heads = 1,
                    .feed_forward = 7,
                    .fourier = 1,
                    .condition = 5,
                    .time_input = true},
                   1);
  expect_agreement(*space,
                   {.width = 16,
                    .layers = 4,
                    .heads = 8,
                    .feed_forward = 40,
                    .fourier = 3,
                    .condition = 9,
                    .time_input = false},
                   2);
}

// Rows of mixed_skeleton(): labels in, out, a, b, c, masked; pairs 0 -> 2 and 1 -> 2; states edge
// absent, present, masked, input absent, present, masked.
TEST(FastNetwork, EncodesStatesByHand) {
  const FastNetwork network({}, mixed_skeleton());
  const std::vector<std::uint8_t> states = {1, 1, 0, 3, 2, 2};  // b, present, node 0; all masked
  const EncodedStates encoded = network.encode(states);
  const torch::Tensor labels = torch::tensor({1, 0, 0, 0, 0, 0,  //
                                              0, 0, 0, 1, 0, 0,  //
                                              0, 1, 0, 0, 0, 0,  //
                                              1, 0, 0, 0, 0, 0,  //
                                              0, 0, 0, 0, 0, 1,  //
                                              0, 1, 0, 0, 0, 0});
  const torch::Tensor edges = torch::tensor({0, 1, 0, 0, 1, 0,  // 0 -> 2
                                             0, 0, 0, 1, 0, 0,  // 1 -> 2
                                             0, 0, 1, 0, 0, 1,  //
                                             0, 0, 0, 0, 0, 1});
  EXPECT_TRUE(torch::equal(encoded.labels.flatten(), labels.to(torch::kFloat)));
  EXPECT_TRUE(torch::equal(encoded.edges.flatten(), edges.to(torch::kFloat)));
}

// The one that is not a sum of library operators against the same function made of them.
TEST(FastNetwork, GradientsOfThePairOperatorsAgreeWithTheirOracles) {
  torch::manual_seed(1);
  const PairIndex index(EdgeLayout(mixed_skeleton()), 3);
  const torch::Tensor from = torch::tensor({0, 1});
  const torch::Tensor to = torch::tensor({2, 2});
  std::vector<torch::Tensor> in = {torch::randn({8, 5}), torch::randn({12, 5}),
                                   torch::randn({12, 5}), torch::randn({2, 3, 3}),
                                   torch::randn({8, 4})};
  for (torch::Tensor& t : in) t.requires_grad_();
  const torch::Tensor joined = join_pairs(in[0], in[1], in[2], index);
  const torch::Tensor expected =
      torch::relu(in[0].view({4, 2, 5}) + in[1].view({4, 3, 5}).index_select(1, from) +
                  in[2].view({4, 3, 5}).index_select(1, to))
          .view({8, 5});
  const torch::Tensor bias = pair_bias(in[3], in[4], index);
  torch::Tensor wanted = in[3].unsqueeze(0).expand({4, 2, 3, 3}).clone();
  const torch::Tensor own = in[4].view({4, 2, 4}).transpose(1, 2);  // [graphs, 2 heads, pairs]
  for (int p = 0; p < 2; ++p) {
    wanted.select(3, p).select(2, 2) += own.narrow(1, 0, 2).select(2, p);
    wanted.select(3, 2).select(2, p) += own.narrow(1, 2, 2).select(2, p);
  }
  const auto gradients = [&in](const torch::Tensor& a, const torch::Tensor& b) {
    return torch::autograd::grad({(a.sin().sum() + b.sin().sum())}, in);
  };
  // A handful of sums of order one in float.
  EXPECT_LT((joined - expected).abs().max().item<float>(), 1e-5F);
  EXPECT_LT((bias - wanted).abs().max().item<float>(), 1e-5F);
  const auto fused = gradients(joined, bias);
  const auto eager = gradients(expected, wanted);
  for (std::size_t i = 0; i < in.size(); ++i) {
    EXPECT_LT((fused[i] - eager[i]).abs().max().item<float>(), 1e-5F) << i;
  }
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
      network.forward(parameters, network.encode(states), torch::zeros({1, 3}));
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
