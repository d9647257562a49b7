#include "network/fused.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <queue>
#include <utility>

#include "base/index.h"

namespace dinas {
namespace {

// A BatchNorm as it is in inference: scale * x + shift, per channel.
struct Affine {
  std::vector<float> scale;
  std::vector<float> shift;
};

Affine affine_of(const LayerWeights& w) {
  Affine result;
  for (std::size_t c = 0; c < w.weight.size(); ++c) {
    const double deviation = std::sqrt(static_cast<double>(w.variance[c]) + kBatchNormEpsilon);
    const double scale = static_cast<double>(w.weight[c]) / deviation;
    result.scale.push_back(static_cast<float>(scale));
    result.shift.push_back(static_cast<float>(static_cast<double>(w.bias[c]) -
                                              scale * static_cast<double>(w.mean[c])));
  }
  return result;
}

// The affine map of `channels` from channel `first` on becomes part of the convolution.
void fold(const Affine& affine, std::size_t first, Step& convolution) {
  const std::size_t channels = convolution.bias.size();
  const std::size_t of_channel = convolution.weight.size() / channels;
  for (std::size_t c = 0; c < channels; ++c) {
    const float scale = affine.scale[first + c];
    for (std::size_t k = 0; k < of_channel; ++k) convolution.weight[c * of_channel + k] *= scale;
    convolution.bias[c] = convolution.bias[c] * scale + affine.shift[first + c];
  }
}

// Turns a network into steps layer by layer: place_ says which step a layer became, or part of
// which.
class Fusion {
 public:
  Fusion(const ImageNetwork& network, const NetworkWeights& weights)
      : network_(pruned(with_shared_layers(network), &origins_)),
        weights_(weights),
        readers_(network_.layers.size()) {
    for (const Layer& layer : network_.layers) {
      for (const int input : layer.inputs) ++readers_[at(input)];
    }
    ++readers_[at(network_.output)];
    for (std::size_t i = 0; i < network_.layers.size(); ++i) place_.push_back(lower(i));
  }

  // A convolution that adds to a later step moves behind it; else the order is that of the layers.
  FusedNetwork result() && {
    std::vector<int> waiting;  // for how many steps a step waits
    std::vector<std::vector<int>> followers(steps_.size());
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const std::vector<int> needs = needs_of(steps_[i]);
      for (const int need : needs) followers[at(need)].push_back(static_cast<int>(i));
      waiting.push_back(static_cast<int>(needs.size()));
      if (needs.empty()) ready.push(static_cast<int>(i));
    }
    FusedNetwork sorted;
    std::vector<int> position(steps_.size());
    while (!ready.empty()) {
      const int step = ready.top();
      ready.pop();
      position[at(step)] = static_cast<int>(sorted.steps.size());
      sorted.steps.push_back(std::move(steps_[at(step)]));
      for (const int follower : followers[at(step)]) {
        if (--waiting[at(follower)] == 0) ready.push(follower);
      }
    }
    for (Step& step : sorted.steps) {
      for (int& input : step.layer.inputs) input = position[at(input)];
      if (step.addend >= 0) step.addend = position[at(step.addend)];
    }
    sorted.output = position[at(place_[at(network_.output)])];
    return sorted;
  }

 private:
  static std::vector<int> needs_of(const Step& step) {
    std::vector<int> needs = step.layer.inputs;
    if (step.addend >= 0) needs.push_back(step.addend);
    return needs;
  }

  int append(Step step) {
    steps_.push_back(std::move(step));
    return static_cast<int>(steps_.size()) - 1;
  }

  // The step of a layer that nothing but the caller reads, if it is of this kind and nothing is
  // done to its sums yet; else nullptr.
  Step* open_step(int layer, LayerKind kind) {
    Step& step = steps_[at(place_[at(layer)])];
    const bool open = readers_[at(layer)] == 1 && step.layer.kind == kind && !step.relu;
    return open ? &step : nullptr;
  }
  Step* open_convolution(int layer) {
    Step* step = open_step(layer, LayerKind::kConvolution);
    return step != nullptr && step->addend < 0 ? step : nullptr;
  }

  int lower(std::size_t index) {
    const Layer& layer = network_.layers[index];
    const LayerWeights& weights = weights_[at(origins_[index])];
    if (layer.kind == LayerKind::kBatchNorm) return lower_batch_norm(layer, affine_of(weights));
    if (layer.kind == LayerKind::kRelu) return lower_relu(layer);
    if (layer.kind == LayerKind::kAdd) return lower_sum(layer);
    Step step{on_steps(layer), weights.weight, weights.bias};
    if (layer.kind == LayerKind::kConvolution) step.bias.assign(at(layer.shape.channels), 0.0F);
    return append(std::move(step));
  }

  [[nodiscard]] Layer on_steps(Layer layer) const {
    for (int& input : layer.inputs) input = place_[at(input)];
    return layer;
  }

  int lower_batch_norm(const Layer& layer, Affine affine) {
    const int input = layer.inputs.front();
    if (Step* convolution = open_convolution(input)) {
      fold(affine, 0, *convolution);
      return place_[at(input)];
    }
    if (open_step(input, LayerKind::kConcat) != nullptr &&
        fold_into_parts(network_.layers[at(input)], affine)) {
      return place_[at(input)];
    }
    Step step{on_steps(layer), std::move(affine.scale), std::move(affine.shift)};
    step.layer.kind = LayerKind::kConvolution;
    step.layer.groups = layer.shape.channels;
    return append(std::move(step));
  }

  bool fold_into_parts(const Layer& concat, const Affine& affine) {
    std::vector<Step*> parts;
    for (const int part : concat.inputs) parts.push_back(open_convolution(part));
    if (std::ranges::find(parts, nullptr) != parts.end()) return false;
    std::size_t first = 0;
    for (Step* part : parts) {
      fold(affine, first, *part);
      first += part->bias.size();
    }
    return true;
  }

  int lower_relu(const Layer& layer) {
    const int input = layer.inputs.front();
    Step* step = open_step(input, LayerKind::kConvolution);
    if (step == nullptr) step = open_step(input, LayerKind::kLinear);
    if (step == nullptr) return append({on_steps(layer), {}, {}});
    step->relu = true;
    return place_[at(input)];
  }

  int lower_sum(const Layer& layer) {
    std::vector<int> adding;  // convolutions that can add themselves
    Layer rest = layer;
    rest.inputs.clear();
    for (const int input : layer.inputs) {
      auto& terms = open_convolution(input) != nullptr ? adding : rest.inputs;
      terms.push_back(place_[at(input)]);
    }
    int sum = -1;
    if (rest.inputs.size() == 1) sum = rest.inputs.front();
    if (rest.inputs.size() > 1) sum = append({std::move(rest), {}, {}});
    for (const int convolution : adding) {
      steps_[at(convolution)].addend = sum;
      sum = convolution;
    }
    return sum;
  }

  std::vector<int> origins_;
  ImageNetwork network_;
  const NetworkWeights& weights_;
  std::vector<int> readers_;  // of every layer; the caller reads the output
  std::vector<int> place_;
  std::vector<Step> steps_;
};

}  // namespace

FusedNetwork fused(const ImageNetwork& network, const NetworkWeights& weights) {
  check_weights(network, weights);
  return Fusion(network, weights).result();
}

}  // namespace dinas
