// The network of NAS-Bench-201 and NATS-Bench around a cell.
#pragma once

#include <cstdint>
#include <span>

#include "network/image_network.h"
#include "network/macro.h"

namespace dinas {

/// TinyNetwork of the benchmark's code: a 3x3 stem with BatchNorm; three stages of `cells` cells at
/// C, 2 C and 4 C channels, with a residual block of stride 2 in front of the second and the third;
/// BatchNorm, ReLU, global average, linear. Every field of `macro` is set. Where a side is odd (the
/// benchmark has none) its shortcut pads the average pooling, to end at the size of the other path.
ImageNetwork nasbench201_network(std::span<const std::uint8_t> architecture, const Macro& macro);

}  // namespace dinas
