#include "network/counts.h"

#include <algorithm>
#include <vector>

#include "base/index.h"

namespace dinas {
namespace {

// Which layers exist for the second logits alone: everything that reads them, in the end, is these
// logits. A layer that nobody reads is part of the network proper.
std::vector<bool> auxiliary_head(const ImageNetwork& network) {
  std::vector<bool> head(network.layers.size(), false);
  std::vector<bool> read(network.layers.size(), false);
  std::vector<bool> read_elsewhere(network.layers.size(), false);
  for (std::size_t i = network.layers.size(); i-- > 0;) {
    const bool is_output = static_cast<int>(i) == network.output;
    head[i] =
        static_cast<int>(i) == network.auxiliary || (read[i] && !read_elsewhere[i] && !is_output);
    for (const int input : network.layers[i].inputs) {
      read[at(input)] = true;
      if (!head[i]) read_elsewhere[at(input)] = true;
    }
  }
  return head;
}

// Multiply-accumulates of a convolution or linear layer: its weights times its places.
std::int64_t weights_of(const Layer& layer, const Shape& in) {
  if (layer.kind == LayerKind::kConvolution) {
    return static_cast<std::int64_t>(in.channels / layer.groups) * layer.shape.channels *
           layer.kernel * layer.kernel;
  }
  return layer.kind == LayerKind::kLinear ? in.numbers() * layer.shape.channels : 0;
}

// Writes number by number, so it can do so where an input was that nobody reads any more.
bool works_in_place(LayerKind kind) {
  return kind == LayerKind::kBatchNorm || kind == LayerKind::kRelu || kind == LayerKind::kAdd ||
         kind == LayerKind::kDropPath;
}

std::int64_t peak_activation(const ImageNetwork& network, const std::vector<bool>& left_out) {
  const auto& layers = network.layers;
  std::vector<std::size_t> last_reader(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    last_reader[i] = i;
    if (left_out[i]) continue;
    for (const int input : layers[i].inputs) last_reader[at(input)] = i;
  }
  last_reader[at(network.output)] = layers.size();
  std::int64_t alive = 0;
  std::int64_t most = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (left_out[i]) continue;
    const std::int64_t own = layers[i].shape.numbers();
    std::int64_t freed = last_reader[i] == i ? own : 0;
    bool in_place = false;
    for (const int input : layers[i].inputs) {
      if (last_reader[at(input)] != i) continue;
      last_reader[at(input)] = layers.size();  // a sum may read it twice
      freed += layers[at(input)].shape.numbers();
      in_place = works_in_place(layers[i].kind);
    }
    most = std::max(most, in_place ? alive : alive + own);
    alive += own - freed;
  }
  return most;
}

}  // namespace

NetworkCounts count(const ImageNetwork& network) {
  const std::vector<bool> left_out = auxiliary_head(network);
  NetworkCounts counts;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (left_out[i] || layer.inputs.empty()) continue;
    const std::int64_t weights = weights_of(layer, network.layers[at(layer.inputs[0])].shape);
    counts.params += weights;
    counts.macs += weights * layer.shape.height * layer.shape.width;
    if (layer.kind == LayerKind::kLinear) counts.params += layer.shape.channels;
    if (layer.kind == LayerKind::kBatchNorm) counts.params += 2 * layer.shape.channels;
  }
  counts.peak_activation = peak_activation(network, left_out);
  return counts;
}

}  // namespace dinas
