#include "network/weights_file.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/safetensors.h"
#include "model/sealed_file.h"

namespace dinas {
namespace {

std::vector<std::int64_t> weight_shape(const ImageNetwork& network, const Layer& layer) {
  const Shape& in = network.layers.at(static_cast<std::size_t>(layer.inputs.front())).shape;
  const std::int64_t out = layer.shape.channels;
  switch (layer.kind) {
    case LayerKind::kConvolution:
      return {out, in.channels / layer.groups, layer.kernel, layer.kernel};
    case LayerKind::kLinear:
      return {out, in.numbers()};
    default:
      return {out};
  }
}

}  // namespace

void save_network(const std::string& path, const ImageNetwork& network,
                  const NetworkWeights& weights, std::map<std::string, std::string> metadata) {
  check_weights(network, weights);
  SafetensorsFile file;
  file.metadata = std::move(metadata);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (weights[i].weight.empty()) continue;
    const auto add = [&](const char* what, const std::vector<std::int64_t>& shape,
                         const std::vector<float>& values) {
      if (values.empty()) return;
      const bool is_new =
          file.tensors.try_emplace(layer.name + what, make_tensor(shape, values)).second;
      DINAS_CHECK(is_new && !layer.name.empty());
    };
    add(".weight", weight_shape(network, layer), weights[i].weight);
    add(".bias", {layer.shape.channels}, weights[i].bias);
    add(".running_mean", {layer.shape.channels}, weights[i].mean);
    add(".running_var", {layer.shape.channels}, weights[i].variance);
  }
  write_sealed(path, "dinas-network", std::move(file));
}

}  // namespace dinas
