// What the fast engine computes between matrix products, for every instruction set (Highway).
// Every result row depends on its own input rows alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dinas {

/// out[r] = norm(x[r]) * (1 + scale) + shift with norm(x) = (x - mean) / sqrt(variance + 1e-5) over
/// a row; shift [width] is at code[r] + at, scale [width] after it. x and out [rows, width].
void modulated_norm(const float* x, std::size_t rows, std::size_t width, const float* const* code,
                    std::size_t at, float* out);
/// out[r] = norm(x[r]).
void plain_norm(const float* x, std::size_t rows, std::size_t width, float* out);

/// x[r] += (1 + gate) * branch[r]; gate is at code[r] + at [width]. x and branch [rows, width].
void add_gated(float* x, std::size_t rows, std::size_t width, const float* branch,
               const float* const* code, std::size_t at);
/// x += y. [count]
void add(float* x, const float* y, std::size_t count);
/// x = max(x + a[r] + b[r], 0). x [rows, width]; a[r] and b[r] [width].
void add_two_relu(float* x, std::size_t rows, std::size_t width, const float* const* a,
                  const float* const* b);

/// Smallest row stride of attention biases for n nodes.
constexpr std::size_t padded_nodes(std::size_t nodes) { return (nodes + 7) / 8 * 8; }
/// Attention bias of the places beyond the last node: its exponential is 0.
inline constexpr float kNoAttention = -1e30F;

/// Attention of one graph, all heads.
struct Attention {
  std::size_t nodes = 0;
  std::size_t heads = 0;
  std::size_t head_width = 0;
  float scale = 1.0F;                  // of q k before the bias is added
  const float* const* keys = nullptr;  // [nodes] -> [width]
  const float* const* values = nullptr;
  const float* bias = nullptr;  // [heads, nodes, padded_nodes], kNoAttention in the padding
};
/// Entries of scratch memory that attend needs.
constexpr std::size_t attention_scratch(std::size_t nodes, std::size_t head_width) {
  return padded_nodes(nodes) * (head_width + 4);
}
/// out[i] [heads * head_width] = softmax_j(scale q_i k_j + bias_ij) v_j for the nodes in `asking`
/// (q[i] is the query of node asking[i]).
void attend(const Attention& a, std::span<const int> asking, const float* const* q,
            float* const* out, float* scratch);

/// Rounds to the nearest bfloat16, ties to even. Equal sizes.
void round_to_bfloat16(std::span<const float> x, std::span<std::uint16_t> out);

/// Highway's name (a bit, HWY_AVX3 and the like) of the instruction set that the kernels run on.
std::int64_t vector_target();

}  // namespace dinas
