#include "engine/reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "base/random.h"
#include "engine/support.h"
#include "model/parameters.h"

namespace dinas {
namespace {

constexpr std::size_t kVariables = 6;
constexpr std::size_t kTotal = 30;
constexpr std::uint8_t kMasked = 5;

// Two metrics on nasbench201; every weight zero.
Model zero_model(const DenoiserConfig& config) {
  Model model;
  model.config.space = "nasbench201";
  model.config.metrics = {{"accuracy", Direction::kMax, MetricLevel::kCell},
                          {"latency", Direction::kMin, MetricLevel::kCell}};
  model.config.denoiser = config;
  for (const auto& info : fast_parameters(config, find_space("nasbench201")->skeleton(), 2)) {
    const auto size = static_cast<std::size_t>(element_count(info.shape));
    model.weights[info.name] = {info.shape, std::vector<float>(size, 0.0F)};
  }
  return model;
}

constexpr DenoiserConfig kTiny{.width = 2,
                               .layers = 1,
                               .heads = 1,
                               .feed_forward = 3,
                               .fourier = 2,
                               .condition = 2,
                               .time_input = false};

Model random_model(const DenoiserConfig& config) {
  Model model = zero_model(config);
  RandomStream stream(17, Purpose::kCheck);
  for (auto& [name, tensor] : model.weights) {
    for (float& x : tensor.data) x = static_cast<float>(0.5 * stream.normal());
  }
  return model;
}

std::vector<double> predict(const Denoiser& denoiser, const std::vector<std::uint8_t>& states,
                            const std::vector<std::uint32_t>& which,
                            const std::vector<Condition>& conditions, double time = 0.0) {
  const std::size_t graphs = states.size() / kVariables;
  std::vector<double> logits(graphs * kTotal, -7.0);
  denoiser.make_worker()->predict({graphs, states, which, conditions, time}, logits);
  return logits;
}

std::vector<double> predict_one(const Model& model, const std::vector<std::uint8_t>& state,
                                const Condition& condition, double time = 0.0) {
  const auto denoiser = make_reference_denoiser(model, *find_space("nasbench201"));
  return predict(*denoiser, state, {0}, {condition}, time);
}

const std::vector<std::uint8_t> kState = {0, 3, kMasked, 1, 4, kMasked};
const Condition kAllOpen = {kOpen, kOpen};

TEST(Reference, WithoutWeightsTheLogitsAreTheValueBias) {
  Model model = zero_model(kTiny);
  auto& bias = model.weights.at("readout.value.bias").data;
  for (std::size_t i = 0; i < kTotal; ++i) bias[i] = 0.25F * static_cast<float>(i) - 3.0F;
  const auto logits = predict_one(model, kState, kAllOpen);
  EXPECT_EQ(logits, std::vector<double>(bias.begin(), bias.end()));
}

// All branches off: a node's features are its label's plus its position's, normalised and read out.
TEST(Reference, LabelsAndPositionsReachTheReadout) {
  Model model = zero_model(kTiny);
  auto& label = model.weights.at("embed.label").data;        // 7 labels and the mask, 2 features
  auto& position = model.weights.at("embed.position").data;  // 8 nodes
  auto& readout = model.weights.at("readout.label.weight").data;  // [2, 7]
  for (std::size_t i = 0; i < 16; ++i) label[i] = 0.5F * static_cast<float>(i * i % 7);
  for (std::size_t i = 0; i < 16; ++i) position[i] = 0.25F * static_cast<float>(i * 5 % 11);
  for (std::size_t i = 0; i < 14; ++i) readout[i] = static_cast<float>(i) - 4.0F;
  const auto logits = predict_one(model, kState, kAllOpen);
  for (std::size_t v = 0; v < kVariables; ++v) {
    const std::size_t row = kState[v] == kMasked ? 7 : kState[v] + 2U;  // input and output first
    const std::size_t node = v + 1;
    const double s = normalised(label[2 * row] + position[2 * node],
                                label[2 * row + 1] + position[2 * node + 1]);
    for (std::size_t x = 0; x < 5; ++x) {
      // Double arithmetic on numbers of order ten: 1e-12 is a thousand roundings.
      EXPECT_NEAR(logits[v * 5 + x], s * readout[x + 2] - s * readout[7 + x + 2], 1e-12)
          << v << " " << x;
    }
  }
}

// Keys are zero, so that node i attends by the pair bias alone; values copy the normalised
// features, the output map passes them on.
TEST(Reference, AttentionFollowsThePairBias) {
  Model model = zero_model(kTiny);
  auto& label = model.weights.at("embed.label").data;
  for (std::size_t i = 0; i < 16; ++i) label[i] = 0.5F * static_cast<float>(i * i % 7) - 1.0F;
  const std::vector<float> bias = {0.5F, -1.0F, 2.0F, 0.25F, -0.5F, 1.0F};
  model.weights.at("layer.0.attention.pair_bias").data = bias;
  auto& qkv = model.weights.at("layer.0.attention.qkv.weight").data;  // [2, 6]
  qkv[0 * 6 + 4] = 1.0F;
  qkv[1 * 6 + 5] = 1.0F;
  model.weights.at("layer.0.attention.out.weight").data = {1.0F, 0.0F, 0.0F, 1.0F};
  auto& gate = model.weights.at("layer.0.modulation.bias").data;  // [6 * 2]
  gate[4] = 1.0F;  // doubles the first feature of the branch
  auto& readout = model.weights.at("readout.label.weight").data;
  for (std::size_t k = 0; k < 7; ++k) readout[k] = static_cast<float>(k);

  const auto space = find_space("nasbench201");
  const auto kinds = pair_kinds(space->skeleton());
  std::array<std::size_t, 8> row = {0, 0, 0, 0, 0, 0, 0, 1};
  for (std::size_t v = 0; v < kVariables; ++v)
    row[v + 1] = kState[v] == kMasked ? 7 : kState[v] + 2U;
  const auto logits = predict_one(model, kState, kAllOpen);
  for (std::size_t v = 0; v < kVariables; ++v) {
    const std::size_t i = v + 1;
    double total = 0.0;
    double mixed = 0.0;
    for (std::size_t j = 0; j < 8; ++j) {
      const double weight =
          std::exp(static_cast<double>(bias[static_cast<std::size_t>(kinds[i * 8 + j])]));
      total += weight;
      mixed += weight * normalised(label[2 * row[j]], label[2 * row[j] + 1]);
    }
    mixed /= total;
    const double s = normalised(label[2 * row[i]] + 2.0 * mixed, label[2 * row[i] + 1] - mixed);
    for (std::size_t x = 0; x < 5; ++x) {
      EXPECT_NEAR(logits[v * 5 + x], s * static_cast<double>(x + 2), 1e-12) << v << " " << x;
    }
  }
}

TEST(Reference, FeedForwardAddsItsRectifiedUnits) {
  Model model = zero_model(kTiny);
  model.weights.at("embed.label").data = {1, 0, 1, 0, 1, 0, 3, 0, 1, 0, 1, 0, 1, 0, 0, 2};
  model.weights.at("layer.0.feed_forward.in.weight").data = {2, -1, 0, 0, 0, 0};  // [2, 3]
  model.weights.at("layer.0.feed_forward.in.bias").data = {0.5F, 0, 0.75F};
  model.weights.at("layer.0.feed_forward.out.weight").data = {1, 0, 0, 1, 2, 0};  // [3, 2]
  model.weights.at("layer.0.feed_forward.out.bias").data = {0, 0.125F};
  auto& readout = model.weights.at("readout.label.weight").data;
  std::fill_n(readout.begin(), 7, 1.0F);
  const auto logits = predict_one(model, kState, kAllOpen);
  const auto expected = [](double a, double b) {
    const double s = normalised(a, b);
    const double up = std::max(0.0, 2.0 * s + 0.5);
    const double down = std::max(0.0, -s);
    return normalised(a + up + 1.5, b + down + 0.125);
  };
  EXPECT_NEAR(logits[0], expected(1, 0), 1e-12);      // "none", label 2
  EXPECT_NEAR(logits[2 * 5], expected(0, 2), 1e-12);  // masked
  EXPECT_NEAR(logits[3 * 5], expected(3, 0), 1e-12);  // "skip_connect", label 3
}

// An open metric is coded by its flag alone, the last of its 2 * fourier + 1 features.
TEST(Reference, AnOpenMetricIsItsFlag) {
  Model model = zero_model(kTiny);
  auto& in = model.weights.at("condition.in.weight").data;  // [10, 2]
  in[4 * 2 + 0] = 1.0F;                                     // flag of metric 0
  in[9 * 2 + 1] = 2.0F;                                     // flag of metric 1
  model.weights.at("condition.mix.weight").data = {1, 0, 0, 1};
  model.weights.at("readout.modulation.weight").data = {1, 0, 0, 0, 0, 1, 0, 0};  // to the shift
  auto& readout = model.weights.at("readout.label.weight").data;
  std::fill_n(readout.begin(), 7, 1.0F);
  std::fill_n(readout.begin() + 7, 7, 100.0F);
  const auto silu = [](double x) { return x / (1.0 + std::exp(-x)); };
  const double first = silu(silu(1.0));
  const double second = 100.0 * silu(silu(2.0));
  EXPECT_NEAR(predict_one(model, kState, kAllOpen)[0], first + second, 1e-12);
  EXPECT_NEAR(predict_one(model, kState, {kOpen, -1.0F})[0], first, 1e-12);
  EXPECT_NEAR(predict_one(model, kState, {-2.0F, kOpen})[0], second, 1e-12);
  EXPECT_NEAR(predict_one(model, kState, {-2.0F, -1.0F})[0], 0.0, 1e-12);
}

TEST(Reference, RowsDoNotDependOnTheBatchAroundThem) {
  DenoiserConfig config{.width = 8,
                        .layers = 2,
                        .heads = 2,
                        .feed_forward = 16,
                        .fourier = 3,
                        .condition = 8,
                        .time_input = true};
  const auto denoiser = make_reference_denoiser(random_model(config), *find_space("nasbench201"));
  const std::vector<Condition> conditions = {kAllOpen, {-1.5F, kOpen}, {-4.0F, -0.25F}};
  RandomStream stream(3, Purpose::kCheck);
  std::vector<std::uint8_t> states;
  std::vector<std::uint32_t> which;
  for (int g = 0; g < 20; ++g) {
    for (std::size_t v = 0; v < kVariables; ++v) {
      states.push_back(static_cast<std::uint8_t>(stream.below(6)));
    }
    which.push_back(stream.below(3));
  }
  const auto together = predict(*denoiser, states, which, conditions, 0.4);
  for (std::size_t g = 0; g < 20; ++g) {
    const auto from = states.begin() + static_cast<std::ptrdiff_t>(g * kVariables);
    const auto alone = predict(*denoiser, {from, from + 6}, {0}, {conditions[which[g]]}, 0.4);
    const auto row = together.begin() + static_cast<std::ptrdiff_t>(g * kTotal);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), row)) << g;
  }
}

TEST(Reference, ConditionAndTimeMatterWhereTheNetworkHasThem) {
  DenoiserConfig config = kTiny;
  config.width = 4;
  const Model timeless = random_model(config);
  EXPECT_EQ(predict_one(timeless, kState, kAllOpen, 0.1), predict_one(timeless, kState, kAllOpen));
  EXPECT_NE(predict_one(timeless, kState, {-1.0F, kOpen}), predict_one(timeless, kState, kAllOpen));
  config.time_input = true;
  const Model timed = random_model(config);
  EXPECT_NE(predict_one(timed, kState, kAllOpen, 0.1), predict_one(timed, kState, kAllOpen));
}

TEST(Reference, RefusesWeightsThatDoNotFitTheConfiguration) {
  const auto space = find_space("nasbench201");
  const auto message = [&](const Model& model) -> std::string {
    try {
      make_reference_denoiser(model, *space);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message(zero_model(kTiny)), "");
  Model missing = zero_model(kTiny);
  missing.weights.erase("layer.0.attention.pair_bias");
  EXPECT_NE(message(missing).find("layer.0.attention.pair_bias"), std::string::npos);
  Model turned = zero_model(kTiny);
  turned.weights.at("readout.label.weight").shape = {7, 2};
  EXPECT_NE(message(turned).find("[2, 7]"), std::string::npos);
  Model cut = zero_model(kTiny);
  cut.weights.at("condition.in.bias").data.pop_back();
  EXPECT_NE(message(cut).find("condition.in.bias"), std::string::npos);
  Model fewer = zero_model(kTiny);
  fewer.config.metrics.pop_back();
  EXPECT_NE(message(fewer).find("condition.in.weight"), std::string::npos);
  Model deeper = zero_model(kTiny);
  deeper.config.denoiser.layers = 2;
  EXPECT_NE(message(deeper).find("layer.1."), std::string::npos);
}

}  // namespace
}  // namespace dinas
