#include "network/image_network.h"

#include <algorithm>
#include <utility>

#include "base/index.h"

namespace dinas {
namespace {

// What becomes of a layer.
struct Fate {
  bool zero = false;  // whatever the image
  int stands_in = 0;  // the layer whose numbers are the same; its own index where it stays
};

// Is the layer zero if all of its inputs are? BatchNorm and linear have biases.
bool passes_zero_on(LayerKind kind) {
  return kind != LayerKind::kInput && kind != LayerKind::kBatchNorm && kind != LayerKind::kLinear;
}

class Pruning {
 public:
  Pruning(const ImageNetwork& network, bool keep_auxiliary)
      : layers_(network.layers),
        output_(network.output),
        auxiliary_(keep_auxiliary ? network.auxiliary : -1) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      fates_.push_back(decide(static_cast<int>(i), keep_auxiliary));
    }
    output_ = stand_in(output_);
    if (auxiliary_ >= 0) auxiliary_ = stand_in(auxiliary_);
  }

  ImageNetwork result(std::vector<int>* origins) && {
    const std::vector<bool> needed = find_needed();
    std::vector<int> place(layers_.size(), -1);
    ImageNetwork network;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (!needed[i]) continue;
      place[i] = static_cast<int>(network.layers.size());
      for (int& input : layers_[i].inputs) input = place[at(input)];
      network.layers.push_back(std::move(layers_[i]));
      if (origins != nullptr) origins->push_back(static_cast<int>(i));
    }
    network.output = place[at(output_)];
    network.auxiliary = auxiliary_ >= 0 ? place[at(auxiliary_)] : -1;
    return network;
  }

 private:
  [[nodiscard]] int stand_in(int layer) const { return fates_[at(layer)].stands_in; }
  [[nodiscard]] bool is_zero(int layer) const { return fates_[at(layer)].zero; }

  // The inputs of the layer have been decided on; it is rewritten in place.
  Fate decide(int index, bool training) {
    Layer& layer = layers_[at(index)];
    for (int& input : layer.inputs) input = stand_in(input);
    const auto zero = [this](int input) { return is_zero(input); };
    if (layer.kind == LayerKind::kZero ||
        (passes_zero_on(layer.kind) && std::ranges::all_of(layer.inputs, zero))) {
      layer = {LayerKind::kZero, {0}, layer.shape};
      return {true, index};
    }
    if (layer.kind == LayerKind::kAdd) std::erase_if(layer.inputs, zero);
    const bool nothing_to_do = layer.kind == LayerKind::kAdd && layer.inputs.size() == 1;
    if (nothing_to_do || (layer.kind == LayerKind::kDropPath && !training)) {
      return {false, layer.inputs.front()};
    }
    return {false, index};
  }

  // Which layers the logits depend on; the image always stays.
  [[nodiscard]] std::vector<bool> find_needed() const {
    std::vector<bool> needed(layers_.size(), false);
    needed[0] = true;
    needed[at(output_)] = true;
    if (auxiliary_ >= 0) needed[at(auxiliary_)] = true;
    for (std::size_t i = layers_.size(); i-- > 0;) {
      if (!needed[i]) continue;
      for (const int input : layers_[i].inputs) needed[at(input)] = true;
    }
    return needed;
  }

  std::vector<Layer> layers_;
  std::vector<Fate> fates_;
  int output_;
  int auxiliary_;
};

}  // namespace

ImageNetwork pruned(const ImageNetwork& network, bool keep_auxiliary, std::vector<int>* origins) {
  return Pruning(network, keep_auxiliary).result(origins);
}

}  // namespace dinas
