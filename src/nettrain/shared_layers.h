// Layers that would compute the same numbers twice.
#pragma once

#include "network/image_network.h"

namespace dinas::nettrain {

/// The same layers in the same places, but whoever read a ReLU, pool, slice or crop that equals an
/// earlier one (same input, same window) now reads the earlier one.
ImageNetwork with_shared_layers(ImageNetwork network);

/// [layers] Does the output, or the auxiliary output where asked for, depend on the layer?
std::vector<bool> needed_layers(const ImageNetwork& network, bool auxiliary);

}  // namespace dinas::nettrain
