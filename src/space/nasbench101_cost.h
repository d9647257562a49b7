// What the network that NAS-Bench-101 builds of a cell costs.
#pragma once

#include <array>
#include <cstdint>

#include "space/nasbench101_cell.h"

namespace dinas {

struct NasBench101Cost {
  std::int64_t params = 0;  // trainable: convolutions without bias, batch norm, dense with bias
  std::int64_t macs = 0;    // of convolutions and the dense layer, one 32x32 image
};

/// Channels of every node of a valid cell (compute_vertex_channels of the benchmark's
/// model_builder): the nodes that feed the output share its channels, the first ones take one more
/// each of the remainder; other nodes take the most of the nodes they feed. Entries from `nodes` on
/// are 0.
std::array<std::int64_t, kNasBench101Nodes> nasbench101_channels(const NasBench101Cell& cell,
                                                                 std::int64_t input,
                                                                 std::int64_t output);

/// Cost of the network for CIFAR-10: 3x3 stem of 128 channels, three stacks of three cells with
/// halved maps and doubled channels from stack to stack, global pooling, dense layer of 10.
NasBench101Cost nasbench101_cost(const NasBench101Cell& cell);

/// Edges on the longest path from the input to the output.
int nasbench101_depth(const NasBench101Cell& cell);

}  // namespace dinas
