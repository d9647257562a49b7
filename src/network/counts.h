// What a network costs, counted layer by layer.
#pragma once

#include <cstdint>

#include "network/image_network.h"

namespace dinas {

struct NetworkCounts {
  std::int64_t params = 0;           // convolutions, affine BatchNorm, linear layers with bias
  std::int64_t macs = 0;             // multiply-accumulates of convolutions and linear, one image
  std::int64_t peak_activation = 0;  // most numbers alive at once, one image
};

/// Of everything but the auxiliary head, which exists during training only. For peak_activation the
/// layers are computed in their order; what a layer puts out lives until its last reader is done;
/// BatchNorm, ReLU and sums write over an input that nobody else still needs.
NetworkCounts count(const ImageNetwork& network);

}  // namespace dinas
