// The fast denoiser's training step as one would first write it with libtorch: the whole batch at
// once, autograd, libtorch's operators and its AdamW. It is the fixed yardstick of bench/eager_step
// and shares no arithmetic with the trainer, whose later changes therefore cannot move it.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "model/initialise.h"
#include "model/parameters.h"
#include "space/space.h"
#include "torch/eager_network.h"

namespace dinas::eager {

using torch::Tensor;

/// Of a space whose variables all have the same number of values.
struct Batch {
  EagerTokens tokens;
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
      : options_(options), network_(options.network, skeleton) {
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
  [[nodiscard]] Tensor loss_of(const Batch& batch) const {
    const Tensor logits =
        network_.forward(named_, batch.tokens, batch.features).view(batch.targets.sizes());
    const Tensor terms = (batch.targets * torch::log_softmax(logits, -1)).sum(-1);
    return -(terms * batch.weights).sum() / static_cast<double>(batch.targets.size(0));
  }

  Options options_;
  EagerNetwork network_;
  ParameterTensors named_;
  std::vector<Tensor> ordered_;
  std::vector<Tensor> averages_;
  std::unique_ptr<torch::optim::AdamW> adam_;
};

}  // namespace dinas::eager
