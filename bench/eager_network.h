// The fast denoiser's training step as one would first write it with libtorch: the whole batch at
// once, autograd, libtorch's operators and its AdamW. It is the fixed yardstick of bench/eager_step
// and shares no arithmetic with the project, whose later changes therefore cannot move it. Only
// initial values, shapes and the space's constants come from there.
#pragma once

#include <fmt/format.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/initialise.h"
#include "model/parameters.h"
#include "space/space.h"

namespace dinas::eager {

using torch::Tensor;

/// Of a space whose variables are node labels and all have the same number of values.
struct Constants {
  std::int64_t nodes = 0;
  std::int64_t values = 0;  // of a variable
  Tensor pair_kinds;        // [nodes * nodes]
  Tensor readout;           // [variables * values] place of a value's logit in [node, label]
};

inline Constants constants_of(const Skeleton& skeleton) {
  Constants c;
  c.nodes = skeleton.nodes;
  c.values = skeleton.variables.front().size();
  std::vector<std::int64_t> kinds;
  for (const PairKind kind : pair_kinds(skeleton)) kinds.push_back(static_cast<std::int64_t>(kind));
  c.pair_kinds = torch::tensor(kinds, torch::kInt64);
  std::vector<std::int64_t> places;
  for (const Variable& v : skeleton.variables) {
    for (const int label : v.labels)
      places.push_back(v.node * static_cast<std::int64_t>(skeleton.vocabulary.size()) + label);
  }
  c.readout = torch::tensor(places, torch::kInt64);
  return c;
}

struct Batch {
  Tensor tokens;    // [graphs, nodes] int64 rows of embed.label
  Tensor features;  // [graphs, features]
  Tensor targets;   // [graphs, variables, values]
  Tensor weights;   // [graphs, variables]
};

class Step {
 public:
  /// Rate, decay and clip of every step; parameters start as initial_parameters(seed).
  struct Options {
    DenoiserConfig network;
    std::size_t metrics = 0;
    std::uint64_t seed = 0;
    double rate = 1e-3;
    double weight_decay = 0.01;
    double gradient_clip = 1.0;
    double ema_decay = 0.999;
  };

  Step(const Options& options, const Skeleton& skeleton)
      : options_(options), constants_(constants_of(skeleton)) {
    const TensorMap values =
        initial_parameters(options.network, skeleton, options.metrics, options.seed);
    for (const ParameterInfo& info : fast_parameters(options.network, skeleton, options.metrics)) {
      Tensor tensor = torch::tensor(values.at(info.name).data).view(info.shape).clone();
      averages_.push_back(tensor.clone());
      ordered_.push_back(tensor.requires_grad_(true));
      named_[info.name] = ordered_.back();
    }
    adam_ =
        std::make_unique<torch::optim::AdamW>(ordered_, torch::optim::AdamWOptions(options.rate)
                                                            .betas({0.9, 0.99})
                                                            .weight_decay(options.weight_decay));
  }

  /// Returns the loss before the step.
  double run(const Batch& batch) {
    adam_->zero_grad();
    const Tensor loss = loss_of(batch);
    loss.backward();
    torch::nn::utils::clip_grad_norm_(ordered_, options_.gradient_clip);
    adam_->step();
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      averages_[i].lerp_(ordered_[i], 1.0 - options_.ema_decay);
    }
    return loss.item<double>();
  }

 private:
  [[nodiscard]] const Tensor& p(const std::string& name) const { return named_.at(name); }
  [[nodiscard]] Tensor linear(const std::string& name, const Tensor& x) const {
    return torch::linear(x, p(name + ".weight").t(), p(name + ".bias"));
  }

  [[nodiscard]] Tensor loss_of(const Batch& batch) const {
    const Tensor terms =
        (batch.targets * torch::log_softmax(forward(batch.tokens, batch.features), -1)).sum(-1);
    return -(terms * batch.weights).sum() / static_cast<double>(batch.tokens.size(0));
  }

  // Logits [graphs, variables, values].
  [[nodiscard]] Tensor forward(const Tensor& tokens, const Tensor& features) const {
    const std::int64_t graphs = tokens.size(0);
    const Tensor condition =
        torch::silu(linear("condition.mix", torch::silu(linear("condition.in", features))));
    Tensor x = torch::embedding(p("embed.label"), tokens) + p("embed.position");
    for (int l = 0; l < options_.network.layers; ++l) {
      x = layer(fmt::format("layer.{}.", l), x, condition);
    }
    const auto part = linear("readout.modulation", condition).unsqueeze(1).chunk(2, -1);
    const Tensor scores = torch::matmul(norm(x, part[0], part[1]), p("readout.label.weight"));
    return (scores.view({graphs, -1}).index_select(1, constants_.readout) + p("readout.value.bias"))
        .view({graphs, -1, constants_.values});
  }

  // x [graphs, nodes, width].
  [[nodiscard]] Tensor layer(const std::string& name, const Tensor& x,
                             const Tensor& condition) const {
    const auto part = linear(name + "modulation", condition).unsqueeze(1).chunk(6, -1);
    const Tensor mixed = attention(name + "attention.", norm(x, part[0], part[1]));
    const Tensor y = x + (1 + part[2]) * linear(name + "attention.out", mixed);
    const Tensor hidden = torch::relu(linear(name + "feed_forward.in", norm(y, part[3], part[4])));
    return y + (1 + part[5]) * linear(name + "feed_forward.out", hidden);
  }

  [[nodiscard]] static Tensor norm(const Tensor& x, const Tensor& shift, const Tensor& scale) {
    return torch::layer_norm(x, {x.size(-1)}) * (1 + scale) + shift;
  }

  [[nodiscard]] Tensor attention(const std::string& name, const Tensor& x) const {
    const std::int64_t graphs = x.size(0);
    const std::int64_t nodes = x.size(1);
    const std::int64_t heads = options_.network.heads;
    const std::int64_t head_width = x.size(2) / heads;
    const auto qkv = linear(name + "qkv", x).chunk(3, -1);
    const auto split = [&](const Tensor& t) {
      return t.view({graphs, nodes, heads, head_width}).transpose(1, 2);
    };
    const Tensor bias =
        p(name + "pair_bias").index_select(1, constants_.pair_kinds).view({heads, nodes, nodes});
    const Tensor scores = torch::matmul(split(qkv[0]), split(qkv[1]).transpose(2, 3)) /
                              std::sqrt(static_cast<double>(head_width)) +
                          bias;
    return torch::matmul(torch::softmax(scores, -1), split(qkv[2]))
        .transpose(1, 2)
        .reshape({graphs, nodes, -1});
  }

  Options options_;
  Constants constants_;
  std::map<std::string, Tensor> named_;
  std::vector<Tensor> ordered_;
  std::vector<Tensor> averages_;
  std::unique_ptr<torch::optim::AdamW> adam_;
};

}  // namespace dinas::eager
