// Attention of a block of graphs, forward and backward, for every instruction set (Highway).
#pragma once

#include <cstddef>

#include "engine/vector_kernels.h"

namespace dinas::train {

struct AttentionShape {
  std::size_t graphs = 0;
  std::size_t nodes = 0;
  std::size_t heads = 0;
  std::size_t head_width = 0;
  bool own_bias = false;  // a bias for each graph instead of one for all
};
/// Entries of scratch memory that both directions need.
constexpr std::size_t gradient_scratch(std::size_t nodes, std::size_t head_width) {
  return padded_nodes(nodes) * (head_width + nodes);
}
/// qkv [rows, 3 width]; bias ([graphs,] heads, nodes, padded_nodes) with kNoAttention in the
/// padding; shares [graphs, heads, nodes, padded_nodes]; out [rows, width]. `scratch`: see
/// gradient_scratch.
void attention(const AttentionShape& a, const float* qkv, const float* bias, float* shares,
               float* out, float* scratch);
/// dqkv is written; dbias, of the shape of bias: add.
void attention_backward(const AttentionShape& a, const float* qkv, const float* shares,
                        const float* dout, float* dqkv, float* dbias, float* scratch);

}  // namespace dinas::train
