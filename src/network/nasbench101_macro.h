// The network of NAS-Bench-101 around a cell.
#pragma once

#include <cstdint>
#include <span>

#include "network/image_network.h"
#include "network/macro.h"

namespace dinas {

/// build_model of the benchmark's code: a 3x3 stem; three stacks of `cells` cells at C, 2 C and 4 C
/// channels, with a 2x2 max pooling in front of the second and the third; global average, linear.
/// Every convolution is followed by BatchNorm and ReLU. A cell reads its input through 1x1
/// convolutions; of other nodes a node reads as many channels as it has itself. Every field of
/// `macro` is set; `channels` >= 5, so that no node is left without.
ImageNetwork nasbench101_network(std::span<const std::uint8_t> architecture, const Macro& macro);

}  // namespace dinas
