// Variable edges in the reference forward: one path at a time by hand, and symmetry.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "engine/reference.h"
#include "engine/support.h"
#include "model/parameters.h"
#include "support/toy_space.h"

namespace dinas {
namespace {

constexpr DenoiserConfig kTinyMixed{.width = 2,
                                    .layers = 1,
                                    .heads = 1,
                                    .feed_forward = 3,
                                    .edge_width = 2,
                                    .fourier = 2,
                                    .condition = 2,
                                    .time_input = false};
// Double arithmetic on numbers of order ten: 1e-12 is a thousand roundings.
constexpr double kRounding = 1e-12;

// One metric; every weight zero.
Model zero_model(const DenoiserConfig& config, const Skeleton& skeleton) {
  Model model;
  model.config.denoiser = config;
  model.config.metrics.resize(1);
  for (const auto& info : fast_parameters(config, skeleton, 1)) {
    const auto size = static_cast<std::size_t>(element_count(info.shape));
    model.weights[info.name] = {info.shape, std::vector<float>(size, 0.0F)};
  }
  return model;
}

std::vector<double> predict(const Model& model, const Skeleton& skeleton,
                            const Architecture& state) {
  const auto denoiser = make_reference_denoiser(model, SkeletonSpace(skeleton));
  std::vector<double> logits(static_cast<std::size_t>(skeleton.total_values()), -7.0);
  const std::vector<Condition> conditions = {{kOpen}};
  const std::vector<std::uint32_t> which = {0};
  denoiser->make_worker()->predict({1, state, which, conditions, 0.0}, logits);
  return logits;
}

class MixedByHand : public testing::Test {
 protected:
  std::vector<float>& weight(const std::string& name) { return model_.weights.at(name).data; }
  [[nodiscard]] std::vector<double> logits(const Architecture& state) const {
    return predict(model_, skeleton_, state);
  }
  // Rows of embed.edge: the edge absent, present, masked; not an input, an input, masked.
  void embed_edges() { weight("embed.edge") = {1, 0, 0, 2, 3, 1, 0, 0.5F, 4, 0, 0, 1}; }
  // Feature c of a row.
  double edge(std::size_t row, std::size_t c) { return weight("embed.edge")[2 * row + c]; }

  Skeleton skeleton_ = mixed_skeleton();
  Model model_ = zero_model(kTinyMixed, skeleton_);
};

// Pair 0 -> 2 is the sum of the edge variable and of the inputs variable, pair 1 -> 2 the inputs
// variable alone. An edge's value scores its state on its pair, a set of inputs the states that it
// gives to both pairs.
TEST_F(MixedByHand, EdgeFeaturesBecomeScores) {
  embed_edges();
  weight("readout.edge.in.weight") = {1, 0, 0, 1};
  weight("readout.edge.in.bias") = {0.25F, 1.5F};
  weight("readout.edge.out.weight") = {1, 2, 3, 4, 10, 20, 30, 50};  // [2, 4]
  weight("readout.edge.out.bias") = {0, 1, 2, 3};
  for (std::uint8_t e = 0; e <= 2; ++e) {
    for (std::uint8_t i = 0; i <= 2; ++i) {
      const std::size_t from0 = i == 2 ? 5 : (i == 0 ? 4 : 3);  // state of the pair in its channel
      const std::size_t from1 = i == 2 ? 5 : (i == 1 ? 4 : 3);
      const auto score = [&](double s, std::size_t column) {
        const double up = std::max(s + 0.25, 0.0);
        const double down = std::max(1.5 - s, 0.0);
        const auto& out = weight("readout.edge.out.weight");
        return up * out[column] + down * out[4 + column] + static_cast<double>(column);
      };
      const double s0 = normalised(edge(e, 0) + edge(from0, 0), edge(e, 1) + edge(from0, 1));
      const double s1 = normalised(edge(from1, 0), edge(from1, 1));
      const auto found = logits({3, e, i});
      for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(found[k], 0.0);  // labels hear nothing of it
      EXPECT_NEAR(found[3], score(s0, 0), kRounding);
      EXPECT_NEAR(found[4], score(s0, 1), kRounding);
      EXPECT_NEAR(found[5], score(s0, 3) + score(s1, 2), kRounding);  // node 0 in, node 1 out
      EXPECT_NEAR(found[6], score(s0, 2) + score(s1, 3), kRounding);
    }
  }
}

TEST_F(MixedByHand, EdgeScoresHearTheirNodes) {
  weight("embed.position") = {1, 0, 0, 1, 5, 1};      // normalised: about +1, -1, +1
  weight("readout.edge.from.weight") = {1, 0, 0, 0};  // feature 0 of the source
  weight("readout.edge.to.weight") = {0, 0, 0, 2};    // feature 1 of the target
  weight("readout.edge.in.bias") = {2, 3};            // keeps both units above zero
  weight("readout.edge.out.weight") = {0, 1, 0, 0, 0, 10, 0, 0};
  const double source = normalised(1, 0) + 2.0;
  const double target = -2.0 * normalised(5, 1) + 3.0;
  const auto found = logits({0, 0, 0});
  EXPECT_EQ(found[3], 0.0);
  EXPECT_NEAR(found[4], source + 10.0 * target, kRounding);
}

// Set k of the inputs variable is scored by its node as well, node 2.
TEST_F(MixedByHand, SetsOfInputsAreScoredByTheirNode) {
  weight("embed.position") = {0, 0, 0, 0, 3, 0};
  weight("readout.inputs.weight") = {1, 2, 0.5F, 7};
  const double s = normalised(3, 0);
  const auto found = logits({0, 1, 1});
  EXPECT_NEAR(found[5], s - 0.5 * s, kRounding);
  EXPECT_NEAR(found[6], 2.0 * s - 7.0 * s, kRounding);
  for (std::size_t k = 0; k < 5; ++k) EXPECT_EQ(found[k], 0.0);
}

// Keys are zero, so that a node attends by the bias alone: exp(feature of the edge) for one end of
// a pair and 1 elsewhere. Values copy the normalised features.
TEST_F(MixedByHand, EdgesShiftTheAttentionOfTheirEnds) {
  embed_edges();
  weight("embed.position") = {2, 0, 0, 1, 0, 3};
  weight("layer.0.edge.attention.weight") = {0.5F, 0, 0, -1};  // [2 features][target, source]
  auto& qkv = weight("layer.0.attention.qkv.weight");          // [2, 6]
  qkv[4] = 1.0F;
  qkv[6 + 5] = 1.0F;
  weight("layer.0.attention.out.weight") = {3, 0, 0, 0};  // feature 0 alone
  weight("readout.inputs.weight") = {1, 0, 0, 0};
  weight("readout.label.weight") = {0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
  const double n[] = {normalised(2, 0), normalised(0, 1), normalised(0, 3)};
  for (std::uint8_t e = 0; e <= 2; ++e) {
    const auto found = logits({0, e, 1});  // node 1 is the input of node 2, node 0 is not
    const double to0 = std::exp(0.5 * (edge(e, 0) + edge(3, 0)));  // target 2 hears source 0
    const double to1 = std::exp(0.5 * edge(4, 0));
    const double mixed = (to0 * n[0] + to1 * n[1] + n[2]) / (to0 + to1 + 1.0);
    EXPECT_NEAR(found[5], normalised(3.0 * mixed, 3.0), kRounding);
    // Node 1, the source of the pair 1 -> 2, hears its target by the second column.
    const double back = std::exp(-edge(4, 1));
    const double own = (n[0] + n[1] + back * n[2]) / (2.0 + back);
    EXPECT_NEAR(found[0], normalised(3.0 * own, 1.0), kRounding);
  }
}

// Input 0; nodes 1 and 2 with a label each; output 3; edges 0-1, 0-2, 1-3 and 2-3.
Skeleton diamond() {
  Skeleton s;
  s.nodes = 4;
  s.vocabulary = {"in", "out", "a", "b", "c"};
  s.fixed_label = {0, -1, -1, 1};
  s.channels = {{"edge", 2}};
  for (const int node : {1, 2}) {
    s.variables.push_back({.node = node, .values = {"a", "b", "c"}, .labels = {2, 3, 4}});
  }
  for (const auto& [source, node] : {std::pair(0, 1), {0, 2}, {1, 3}, {2, 3}}) {
    s.variables.push_back({.kind = VariableKind::kEdge,
                           .node = node,
                           .source = source,
                           .values = {"absent", "present"}});
  }
  return s;
}

// Exchanges the two values of every pair of variables: nodes 1 and 2 change places.
Architecture exchanged(const Architecture& a) { return {a[1], a[0], a[3], a[2], a[5], a[4]}; }

class Diamond : public testing::Test {
 protected:
  Diamond() {
    config_ = kTinyMixed;
    config_.width = 8;
    config_.layers = 2;
    config_.heads = 2;
    config_.edge_width = 6;
    model_ = zero_model(config_, skeleton_);
    RandomStream stream(3, Purpose::kCheck);
    for (auto& [name, tensor] : model_.weights) {
      for (float& x : tensor.data) x = static_cast<float>(0.5 * stream.normal());
    }
    auto& position = model_.weights.at("embed.position").data;
    std::copy_n(position.begin() + 8, 8, position.begin() + 16);
    auto& bias = model_.weights.at("readout.value.bias").data;
    std::copy_n(bias.begin(), 3, bias.begin() + 3);
    std::copy_n(bias.begin() + 6, 2, bias.begin() + 8);
    std::copy_n(bias.begin() + 10, 2, bias.begin() + 12);
  }

  // The largest difference between the logits of an exchanged state and exchanged logits.
  [[nodiscard]] double asymmetry(const Architecture& state) const {
    const auto here = predict(model_, skeleton_, state);
    const auto there = predict(model_, skeleton_, exchanged(state));
    double largest = 0.0;
    const std::vector<int> offsets = skeleton_.offsets();
    for (std::size_t v = 0; v < state.size(); ++v) {
      const auto from = static_cast<std::size_t>(offsets[v]);
      const auto to = static_cast<std::size_t>(offsets[v % 2 == 0 ? v + 1 : v - 1]);
      for (std::size_t k = 0; k < static_cast<std::size_t>(skeleton_.variables[v].size()); ++k) {
        largest = std::max(largest, std::abs(here[from + k] - there[to + k]));
      }
    }
    return largest;
  }

  Skeleton skeleton_ = diamond();
  DenoiserConfig config_;
  Model model_;
};

const std::vector<Architecture> kStates = {
    {0, 1, 0, 1, 1, 0}, {2, 3, 2, 0, 1, 1}, {3, 3, 2, 2, 2, 2}, {1, 0, 0, 1, 2, 1}};

TEST_F(Diamond, EqualPlacesAreExchangeable) {
  for (const Architecture& state : kStates) EXPECT_LT(asymmetry(state), kRounding);
}

TEST_F(Diamond, DifferentPositionsAreNot) {
  model_.weights.at("embed.position").data[16] += 1.0F;
  for (const Architecture& state : kStates) EXPECT_GT(asymmetry(state), 1e-3);
}

// What one variable is reaches the logits of every other one: through its edges and its nodes.
TEST_F(Diamond, EveryVariableHearsEveryOther) {
  const Architecture masked = {3, 3, 2, 2, 2, 2};
  const auto before = predict(model_, skeleton_, masked);
  for (std::size_t v = 0; v < masked.size(); ++v) {
    Architecture state = masked;
    state[v] = 0;
    const auto after = predict(model_, skeleton_, state);
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_GT(std::abs(after[i] - before[i]), 1e-9) << v << " " << i;
    }
  }
}

}  // namespace
}  // namespace dinas
