#include "torch/paper_network.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "model/safetensors.h"
#include "support/data.h"
#include "torch/paper_classes.h"
#include "torch/paper_optimiser.h"
#include "torch/paper_support.h"

namespace dinas {
namespace {

class Golden {
 public:
  Golden() {
    const std::string path = data_folder() + "/golden/paper_network_small.safetensors";
    file_ = parse_safetensors(read_file(path), path);
  }
  torch::Tensor at(const std::string& name) const {
    const RawTensor& raw = file_.tensors.at(name);
    return torch::tensor(float_values(raw, name)).view(raw.shape);
  }
  ParameterTensors weights() const {
    ParameterTensors tensors;
    const std::string prefix = "weights.";
    for (const auto& [name, raw] : file_.tensors) {
      if (name.starts_with(prefix)) tensors[name.substr(prefix.size())] = at(name);
    }
    return tensors;
  }

 private:
  SafetensorsFile file_;
};

double largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

TEST(PaperNetwork, ReproducesTheOfficialLogits) {
  DINAS_NEED_DATA();
  const torch::NoGradGuard no_gradient;
  const Golden golden;
  PaperConfig config;
  config.layers = 3;
  PaperInput input;
  input.nodes = golden.at("in.X");
  input.pairs = golden.at("in.E");
  input.mask = golden.at("in.mask");
  input.classes = golden.at("in.y").unsqueeze(1);
  input.positions = paper_positions(8, 32);
  const PaperLogits out = paper_forward(config, golden.weights(), input);
  // float32 sums in another order; logits are of order 1.
  EXPECT_LE(largest_difference(out.nodes, golden.at("out.X")), 1e-5);
  EXPECT_LE(largest_difference(out.pairs, golden.at("out.E")), 1e-5);
  input.classes = torch::zeros_like(input.classes);
  const PaperLogits null = paper_forward(config, golden.weights(), input);
  EXPECT_LE(largest_difference(null.nodes, golden.at("out.null.X")), 1e-5);
  EXPECT_LE(largest_difference(null.pairs, golden.at("out.null.E")), 1e-5);
  EXPECT_GE(largest_difference(null.nodes, golden.at("out.X")), 1e-3);  // the class matters
}

TEST(PaperNetwork, PositionsAreTheStatedSignal) {
  const torch::Tensor p = paper_positions(3, 4);  // rates 1 and 1e-4; sines, then cosines
  const torch::Tensor expected = torch::tensor({{0.0F, 0.0F, 1.0F, 1.0F},
                                                {0.84147098F, 1e-4F, 0.54030231F, 1.0F},
                                                {0.90929743F, 2e-4F, -0.41614684F, 1.0F}});
  EXPECT_LE(largest_difference(p, expected), 1e-7);  // rounding of float32
}

struct Small {
  explicit Small(PaperConfig wanted = small_paper(), std::size_t metrics = 2)
      : config(std::move(wanted)),
        data(small_training_set(4, 4, metrics)),
        tensors(paper_tensors(untrained_paper_model(data, config, 10).weights)) {
    std::vector<std::uint8_t> states;
    std::vector<float> codes;
    std::vector<double> times;
    for (std::size_t g = 0; g < 4; ++g) {
      const auto graph = paper_graph(data.space->skeleton(), data.architectures[g]);
      states.insert(states.end(), graph.begin(), graph.end());
      for (std::size_t m = 0; m < metrics; ++m) {
        const bool good = (g + m) % 2 == 0;
        codes.insert(codes.end(), {good ? 0.0F : 1.0F, good ? 1.0F : 0.0F});
      }
      times.push_back(0.25 * static_cast<double>(g));
    }
    input = paper_input(config, data.space->skeleton(), states, codes, times);
  }
  PaperLogits run() const { return paper_forward(config, tensors, input); }

  PaperConfig config;
  TrainingSet data;
  ParameterTensors tensors;
  PaperInput input;
};

PaperInput permuted(const PaperInput& input, const torch::Tensor& order) {
  PaperInput result = input;
  result.nodes = input.nodes.index_select(1, order);
  result.pairs = input.pairs.index_select(1, order).index_select(2, order);
  return result;
}

// Largest difference between permuting before and after the network.
double permutation_gap(const Small& small) {
  const torch::Tensor order = torch::tensor({3, 7, 0, 1, 6, 2, 5, 4}, torch::kLong);
  const PaperLogits plain = small.run();
  const PaperLogits moved =
      paper_forward(small.config, small.tensors, permuted(small.input, order));
  return std::max(
      largest_difference(moved.nodes, plain.nodes.index_select(1, order)),
      largest_difference(moved.pairs, plain.pairs.index_select(1, order).index_select(2, order)));
}

TEST(PaperNetwork, IsPermutationEquivariantButForThePositions) {
  const torch::NoGradGuard no_gradient;
  PaperConfig config = small_paper();
  config.propagate_global = true;
  Small small(config);
  EXPECT_GE(permutation_gap(small), 1e-2);
  small.input.positions = torch::zeros_like(small.input.positions);
  EXPECT_LE(permutation_gap(small), 1e-5);  // float32 sums in another order
}

TEST(PaperNetwork, LogitsOfPairsAreSymmetricAndZeroOnTheDiagonal) {
  const torch::NoGradGuard no_gradient;
  const PaperLogits out = Small().run();
  EXPECT_EQ(largest_difference(out.pairs, out.pairs.transpose(1, 2)), 0.0);
  EXPECT_EQ(out.pairs.diagonal(0, 1, 2).abs().max().item<double>(), 0.0);
}

TEST(PaperNetwork, PaddingChangesNothing) {
  const torch::NoGradGuard no_gradient;
  const Small small;
  PaperInput wide = small.input;
  wide.nodes = torch::constant_pad_nd(wide.nodes, {0, 0, 0, 2});
  wide.pairs = torch::constant_pad_nd(wide.pairs, {0, 0, 0, 2, 0, 2});
  wide.positions = paper_positions(10, small.config.node_hidden);
  wide.mask = torch::constant_pad_nd(torch::ones({4, 8}), {0, 2});
  const PaperLogits plain = small.run();
  const PaperLogits padded = paper_forward(small.config, small.tensors, wide);
  EXPECT_LE(largest_difference(padded.nodes.slice(1, 0, 8), plain.nodes), 1e-5);
  EXPECT_LE(largest_difference(padded.pairs.slice(1, 0, 8).slice(2, 0, 8), plain.pairs), 1e-5);
  EXPECT_EQ(padded.nodes.slice(1, 8).abs().max().item<double>(), 0.0);
}

TEST(PaperNetwork, EveryMetricReachesTheLogitsThroughItsOwnMaps) {
  const torch::NoGradGuard no_gradient;
  const Small small(small_paper(), 3);
  const PaperLogits plain = small.run();
  for (std::int64_t m = 0; m < 3; ++m) {
    PaperInput changed = small.input;
    changed.classes = small.input.classes.clone();
    changed.classes.select(1, m).zero_();
    const PaperLogits out = paper_forward(small.config, small.tensors, changed);
    EXPECT_GE(largest_difference(out.nodes, plain.nodes), 1e-3) << m;
  }
}

TEST(PaperNetwork, TimeAndUpdatedGlobalsMatterOnlyWhenSwitchedOn) {
  const torch::NoGradGuard no_gradient;
  PaperConfig timed = small_paper();
  timed.time_input = true;
  Small small(timed);
  const torch::Tensor before = small.run().nodes;
  small.input.time = small.input.time + 1;
  EXPECT_GE(largest_difference(before, small.run().nodes), 1e-4);

  PaperConfig propagated = small_paper();
  propagated.propagate_global = true;
  Small updated(propagated);
  const torch::Tensor logits = updated.run().nodes;
  updated.config.propagate_global = false;  // the same weights, the update left out
  EXPECT_GE(largest_difference(logits, updated.run().nodes), 1e-4);
}

TEST(PaperNetwork, DropoutIsUnbiasedAndRepeatable) {
  const torch::Tensor ones = torch::ones({100000});
  Dropout first(0.1, 7);
  Dropout second(0.1, 7);
  const torch::Tensor dropped = first(ones);
  EXPECT_TRUE(torch::equal(dropped, second(ones)));
  EXPECT_FALSE(torch::equal(dropped, first(ones)));  // the stream goes on
  // Standard deviation of the mean: sqrt(0.1 / 0.9 / 1e5) = 0.00105; five of them.
  EXPECT_NEAR(dropped.mean().item<double>(), 1.0, 0.0053);
  EXPECT_NEAR(dropped.max().item<double>(), 1.0 / 0.9, 1e-6);
}

TEST(PaperOptimiser, FollowsLibtorchAdamWWithAmsgrad) {
  const std::vector<float> start = {0.5F, -0.25F, 1.0F, 3.0F};
  torch::Tensor oracle = torch::tensor(start).requires_grad_(true);
  torch::optim::AdamW adam({oracle},
                           torch::optim::AdamWOptions(0.01).weight_decay(0.1).amsgrad(true));
  std::vector<float> ours = start;
  AmsgradState state{std::vector<float>(4), std::vector<float>(4), std::vector<float>(4)};
  const AmsgradOptions options{.rate = 0.01, .weight_decay = 0.1};
  for (std::uint64_t step = 1; step <= 20; ++step) {
    // Large gradients first, so that the maximum of the second moment holds on to them.
    const float size = step < 5 ? 2.0F : 0.1F;
    const std::vector<float> gradient = {size, -size, 0.3F * size, 0.0F};
    oracle.mutable_grad() = torch::tensor(gradient);
    adam.step();
    amsgrad_step(options, step, gradient, ours, state, 1);
  }
  // 20 float32 updates of about 0.01 on values up to 3: a few units in the last place.
  EXPECT_LE(largest_difference(torch::tensor(ours), oracle.detach()), 2e-6);
}

}  // namespace
}  // namespace dinas
