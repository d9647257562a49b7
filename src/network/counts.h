// What a network costs, counted layer by layer.
#pragma once

#include <cstdint>

#include "network/image_network.h"

namespace dinas {

struct NetworkCounts {
  std::int64_t params = 0;           // convolutions, affine BatchNorm, linear layers with bias
  std::int64_t macs = 0;             // multiply-accumulates of convolutions and linear, one image
  std::int64_t peak_activation = 0;  // most numbers alive at once, layers in their order, one image
};

/// Of everything but the auxiliary head, which exists during training only.
NetworkCounts count(const ImageNetwork& network);

}  // namespace dinas
