// The weights of a trained network as a file that other programs read.
#pragma once

#include <map>
#include <string>

#include "network/image_network.h"
#include "network/weights.h"

namespace dinas {

/// Writes a safetensors file of the format "dinas-network", atomically: for every layer with
/// weights, under its name and as torch.nn has them, NAME.weight (convolution [out, in / groups,
/// kernel, kernel]; linear [out, in]; BatchNorm [channels]), linear and BatchNorm NAME.bias,
/// BatchNorm NAME.running_mean and NAME.running_var. The same content always gives the same bytes.
/// Throws Error with the path, also where the weights belong to another network.
void save_network(const std::string& path, const ImageNetwork& network,
                  const NetworkWeights& weights, std::map<std::string, std::string> metadata);

}  // namespace dinas
