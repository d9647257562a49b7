// One transformer layer of the fast denoiser as a single autograd node: libtorch's own operators
// would cost more time in dispatch and memory traffic than in arithmetic (docs/design.md).
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace dinas {

/// All float (eager_layer: or double) on the CPU.
struct LayerTensors {
  torch::Tensor x;           // [B n, d]
  torch::Tensor modulation;  // [B, 6 d]: shift, scale, gate of attention, then of feed-forward
  torch::Tensor bias;        // [heads, n, n], or [B, heads, n, n]: a graph's own
  torch::Tensor qkv_weight, qkv_bias, out_weight, out_bias;  // [d, 3d] [3d] [d, d] [d]
  torch::Tensor in_weight, in_bias;                          // [d, f] [f]
  torch::Tensor down_weight, down_bias;                      // [f, d] [d]
};

struct LayerShape {
  std::int64_t nodes = 0;
  std::int64_t heads = 0;
};

/// x + (1 + gate) attention(norm(x)), then the same with the feed-forward block. [B n, d]
/// The kernels read memory, not strides: an input that is not contiguous is copied first.
torch::Tensor fused_layer(const LayerTensors& t, const LayerShape& shape);

/// The same function out of libtorch's own operators: the oracle of fused_layer.
torch::Tensor eager_layer(const LayerTensors& t, const LayerShape& shape);

}  // namespace dinas
