#include "torch/fast_layer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dinas {
namespace {

using torch::Tensor;

struct Case {
  std::int64_t graphs, nodes, heads, width, inner;
};

const char* const kNames[] = {"x",        "modulation",  "bias",     "qkv_weight",
                              "qkv_bias", "out_weight",  "out_bias", "in_weight",
                              "in_bias",  "down_weight", "down_bias"};

// In the order of kNames; values of the size a network has, so that no branch vanishes.
std::vector<Tensor> random_inputs(const Case& c) {
  torch::manual_seed(c.nodes * 100 + c.heads);
  const auto normal = [](std::vector<std::int64_t> shape, double scale) {
    return torch::randn(shape) * scale;
  };
  const double in = 1.0 / std::sqrt(static_cast<double>(c.width));
  const double down = 1.0 / std::sqrt(static_cast<double>(c.inner));
  return {normal({c.graphs * c.nodes, c.width}, 1.0),
          normal({c.graphs, 6 * c.width}, 0.5),
          normal({c.heads, c.nodes, c.nodes}, 1.0),
          normal({c.width, 3 * c.width}, 2.0 * in),
          normal({3 * c.width}, 0.2),
          normal({c.width, c.width}, in),
          normal({c.width}, 0.2),
          normal({c.width, c.inner}, in),
          normal({c.inner}, 0.2),
          normal({c.inner, c.width}, down),
          normal({c.width}, 0.2)};
}

// Output and the gradients of sum(output * direction), by kNames, all as double.
std::vector<Tensor> evaluate(const Case& c, std::vector<Tensor> inputs, torch::ScalarType type,
                             Tensor (*layer)(const LayerTensors&, const LayerShape&)) {
  for (Tensor& t : inputs) t = t.detach().to(type).clone().requires_grad_(true);
  const LayerTensors tensors{inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5],
                             inputs[6], inputs[7], inputs[8], inputs[9], inputs[10]};
  const Tensor out = layer(tensors, {c.nodes, c.heads});
  torch::manual_seed(5);
  const Tensor direction = torch::randn(out.sizes(), torch::kFloat).to(type);
  std::vector<Tensor> result = {out.detach().to(torch::kDouble)};
  for (const Tensor& gradient : torch::autograd::grad({(out * direction).sum()}, inputs)) {
    result.push_back(gradient.to(torch::kDouble));
  }
  return result;
}

double distance(const Tensor& a, const Tensor& b) { return (a - b).norm().item<double>(); }

class FusedLayer : public testing::TestWithParam<Case> {};

// Widths of a head that are and are not whole vectors; nodes below, at and above the 8 that the
// kernels pad to; one graph and several.
INSTANTIATE_TEST_SUITE_P(Shapes, FusedLayer,
                         testing::Values(Case{1, 3, 1, 8, 16}, Case{5, 3, 2, 6, 5},
                                         Case{7, 3, 4, 12, 48}, Case{1, 8, 1, 16, 64},
                                         Case{6, 8, 2, 64, 256}, Case{16, 8, 4, 64, 256},
                                         Case{4, 9, 1, 10, 7}, Case{5, 9, 2, 32, 33},
                                         Case{3, 9, 4, 64, 128}, Case{3, 17, 4, 32, 64}),
                         [](const auto& test) {
                           return "graphs" + std::to_string(test.param.graphs) + "nodes" +
                                  std::to_string(test.param.nodes) + "heads" +
                                  std::to_string(test.param.heads) + "width" +
                                  std::to_string(test.param.width);
                         });

// The truth is libtorch's own operators in double. Float libtorch is about 1e-7 to 1e-6 away from
// it (2^-24 a rounding, sums of up to 256 terms); the kernels round in another order and use a fast
// exponential, so they may be four times as far, and 1e-6 of the size where float happens to be
// better than it can be expected to be.
TEST_P(FusedLayer, OutputAndEveryGradientAgreeWithLibtorchInDouble) {
  const Case c = GetParam();
  const auto inputs = random_inputs(c);
  const auto truth = evaluate(c, inputs, torch::kDouble, eager_layer);
  const auto eager = evaluate(c, inputs, torch::kFloat, eager_layer);
  const auto fused = evaluate(c, inputs, torch::kFloat, fused_layer);
  ASSERT_EQ(fused.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const std::string name = i == 0 ? "output" : std::string("gradient of ") + kNames[i - 1];
    const double size = truth[i].norm().item<double>();
    ASSERT_EQ(fused[i].sizes(), truth[i].sizes()) << name;
    EXPECT_GT(size, 1e-3) << name;
    EXPECT_LE(distance(fused[i], truth[i]), 4.0 * distance(eager[i], truth[i]) + 1e-6 * size)
        << name << " of size " << size;
    EXPECT_LE(distance(eager[i], truth[i]), 1e-5 * size) << name;
  }
}

// The same once more against the function itself: eager_layer in double along a direction.
TEST_P(FusedLayer, TheOracleAgreesWithFiniteDifferencesInDouble) {
  const Case c = GetParam();
  const auto inputs = random_inputs(c);
  const auto truth = evaluate(c, inputs, torch::kDouble, eager_layer);
  torch::manual_seed(5);
  const Tensor direction = torch::randn({c.graphs * c.nodes, c.width}, torch::kFloat);
  const auto value = [&](std::size_t which, const Tensor& move, double step) {
    std::vector<Tensor> t;
    for (const Tensor& input : inputs) t.push_back(input.to(torch::kDouble));
    t[which] = t[which] + move * step;
    const LayerTensors tensors{t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10]};
    return (eager_layer(tensors, {c.nodes, c.heads}) * direction).sum().item<double>();
  };
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Tensor move = torch::randn(inputs[i].sizes(), torch::kDouble);
    constexpr double kStep = 1e-6;
    const double slope = (value(i, move, kStep) - value(i, move, -kStep)) / (2.0 * kStep);
    const double expected = (truth[i + 1] * move).sum().item<double>();
    // Rounding 1e-16 * |sum| / step, about 1e-8; a rectified unit that changes side inside the step
    // adds at most its own share of the slope times 1e-6.
    const double scale = truth[i + 1].norm().item<double>() * move.norm().item<double>();
    EXPECT_NEAR(slope, expected, 1e-5 * scale) << kNames[i];
  }
}

TEST(FusedLayerTraining, StridedInputsGiveTheIdenticalOutput) {
  const Case c{5, 9, 2, 32, 33};
  std::vector<Tensor> t = random_inputs(c);
  const auto output = [&] {
    const LayerTensors tensors{t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10]};
    return fused_layer(tensors, {c.nodes, c.heads});
  };
  const Tensor expected = output();
  for (std::size_t i = 0; i < 3; ++i) {
    t[i] = t[i].transpose(0, 1).contiguous().transpose(0, 1);
    ASSERT_FALSE(t[i].is_contiguous());
  }
  EXPECT_TRUE(torch::equal(output(), expected));
}

TEST(FusedLayerTraining, DeterministicOnRepetition) {
  const Case c{16, 8, 4, 64, 256};
  const auto inputs = random_inputs(c);
  const auto first = evaluate(c, inputs, torch::kFloat, fused_layer);
  const auto second = evaluate(c, inputs, torch::kFloat, fused_layer);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(torch::equal(first[i], second[i]));
}

}  // namespace
}  // namespace dinas
