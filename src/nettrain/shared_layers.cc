#include "nettrain/shared_layers.h"

#include <map>
#include <tuple>

#include "base/index.h"

namespace dinas::nettrain {
namespace {

// Does the layer compute the same whenever it is given the same input?
bool is_plain(LayerKind kind) {
  return kind == LayerKind::kRelu || kind == LayerKind::kMaxPool ||
         kind == LayerKind::kAveragePool || kind == LayerKind::kSlice || kind == LayerKind::kCrop;
}

}  // namespace

ImageNetwork with_shared_layers(ImageNetwork network) {
  using Key = std::tuple<LayerKind, std::vector<int>, int, int, int, int>;
  std::map<Key, int> known;
  std::vector<int> same(network.layers.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    Layer& layer = network.layers[i];
    for (int& input : layer.inputs) input = same[at(input)];
    same[i] = static_cast<int>(i);
    if (!is_plain(layer.kind)) continue;
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

}  // namespace dinas::nettrain
