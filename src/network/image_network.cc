#include "network/image_network.h"

#include <algorithm>
#include <map>
#include <tuple>
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
  Pruning(ImageNetwork network, bool training) : network_(std::move(network)) {
    if (!training) network_.auxiliary = -1;
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      fates_.push_back(decide(static_cast<int>(i), training));
    }
    network_.output = stand_in(network_.output);
    if (network_.auxiliary >= 0) network_.auxiliary = stand_in(network_.auxiliary);
  }

  ImageNetwork result(std::vector<int>* origins) && {
    std::vector<bool> needed = needed_layers(network_, true);
    needed[0] = true;  // the image always stays
    std::vector<int> place(network_.layers.size(), -1);
    ImageNetwork smaller;
    for (std::size_t i = 0; i < place.size(); ++i) {
      if (!needed[i]) continue;
      Layer& layer = network_.layers[i];
      place[i] = static_cast<int>(smaller.layers.size());
      for (int& input : layer.inputs) input = place[at(input)];
      smaller.layers.push_back(std::move(layer));
      if (origins != nullptr) origins->push_back(static_cast<int>(i));
    }
    smaller.output = place[at(network_.output)];
    if (network_.auxiliary >= 0) smaller.auxiliary = place[at(network_.auxiliary)];
    return smaller;
  }

 private:
  [[nodiscard]] int stand_in(int layer) const { return fates_[at(layer)].stands_in; }
  [[nodiscard]] bool is_zero(int layer) const { return fates_[at(layer)].zero; }

  // The inputs of the layer have been decided on; it is rewritten in place.
  Fate decide(int index, bool training) {
    Layer& layer = network_.layers[at(index)];
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

  ImageNetwork network_;
  std::vector<Fate> fates_;
};

// Does the layer compute the same whenever it is given the same input?
bool has_no_weights(LayerKind kind) {
  return kind == LayerKind::kRelu || kind == LayerKind::kMaxPool ||
         kind == LayerKind::kAveragePool || kind == LayerKind::kSlice || kind == LayerKind::kCrop;
}

}  // namespace

ImageNetwork pruned(const ImageNetwork& network, std::vector<int>* origins) {
  return Pruning(network, false).result(origins);
}

ImageNetwork pruned_for_training(const ImageNetwork& network, std::vector<int>* origins) {
  return Pruning(network, true).result(origins);
}

ImageNetwork with_shared_layers(ImageNetwork network) {
  using Key = std::tuple<LayerKind, std::vector<int>, int, int, int, int>;
  std::map<Key, int> known;
  std::vector<int> same(network.layers.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    Layer& layer = network.layers[i];
    for (int& input : layer.inputs) input = same[at(input)];
    same[i] = static_cast<int>(i);
    if (!has_no_weights(layer.kind)) continue;
    const Key key{layer.kind,   layer.inputs, layer.shape.channels,
                  layer.kernel, layer.stride, layer.padding};
    same[i] = known.try_emplace(key, static_cast<int>(i)).first->second;
  }
  network.output = same[at(network.output)];
  if (network.auxiliary >= 0) network.auxiliary = same[at(network.auxiliary)];
  return network;
}

std::vector<bool> needed_layers(const ImageNetwork& network, bool auxiliary) {
  std::vector<bool> needed(network.layers.size(), false);
  needed[at(network.output)] = true;
  if (auxiliary && network.auxiliary >= 0) needed[at(network.auxiliary)] = true;
  for (std::size_t i = needed.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (const int input : network.layers[i].inputs) needed[at(input)] = true;
  }
  return needed;
}

}  // namespace dinas
