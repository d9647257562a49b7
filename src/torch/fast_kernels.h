// The parts of a transformer layer between its matrix products, forward and backward side by side.
// Plain loops on float arrays, compiled for several instruction sets; no libtorch.
//
// Shapes: B graphs of n nodes, N = B n tokens, width d; arrays are row-major. `modulation` rows
// have `stride` floats per graph.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dinas::kernels {

struct Tokens {
  std::size_t graphs;
  std::size_t nodes;
  std::size_t width;
};

/// out = normalised * (1 + scale) + shift, normalised = (x - mean) / sqrt(var + 1e-5) per token.
void modulated_norm(Tokens t, const float* x, const float* shift, const float* scale,
                    std::size_t stride, float* normalised, float* inverse_deviation, float* out);

/// Adds the gradient through modulated_norm to `dx`; writes dshift and dscale (same stride).
void modulated_norm_backward(Tokens t, const float* dout, const float* normalised,
                             const float* inverse_deviation, const float* scale, std::size_t stride,
                             float* dx, float* dshift, float* dscale);

/// out = x + (1 + gate) * branch.
void gated_residual(Tokens t, const float* x, const float* branch, const float* gate,
                    std::size_t stride, float* out);

/// dbranch = (1 + gate) * dout; dgate = sum over the nodes of dout * branch.
void gated_residual_backward(Tokens t, const float* dout, const float* branch, const float* gate,
                             std::size_t stride, float* dbranch, float* dgate);

struct Attention {
  std::size_t graphs;
  std::size_t nodes;
  std::size_t heads;
  std::size_t head_width;
  bool own_bias = false;  // a bias per graph, [B, heads, n, n], instead of one for all

  /// Row length of `probabilities`: nodes rounded up to whole vectors of 8.
  [[nodiscard]] std::size_t padded_nodes() const { return (nodes + 7) / 8 * 8; }
};

/// qkv [N, 3d] (q, k, v; each heads x head_width), bias [heads, n, n] or a graph's own. Writes
/// probabilities [B, heads, n, padded n] and out [N, d]. Scores are q.k / sqrt(head_width) + bias.
void attention(const Attention& a, const float* qkv, const float* bias, float* probabilities,
               float* out);

/// Writes dqkv [N, 3d] and adds to dbias, of the shape of bias.
void attention_backward(const Attention& a, const float* dout, const float* qkv,
                        const float* probabilities, float* dqkv, float* dbias);

void relu(std::size_t size, float* x);
/// dx = 0 where the activation `y` is 0.
void relu_backward(std::size_t size, const float* y, float* dx);

/// Pairs of nodes of every graph, the same in all: pair p goes from node from[p] to node to[p].
struct Pairs {
  std::size_t graphs;
  std::size_t nodes;
  std::size_t pairs;
  const std::int64_t* from;
  const std::int64_t* to;
};

/// x [B, pairs, width] = relu(x + source[from] + target[to]), source and target [B, nodes, width].
void join_pairs(const Pairs& p, std::size_t width, const float* source, const float* target,
                float* x);
/// Zeroes dx where y is 0 and adds it to dsource and dtarget.
void join_pairs_backward(const Pairs& p, std::size_t width, const float* y, float* dx,
                         float* dsource, float* dtarget);

/// Attention bias out [B, heads, n, n] = fixed [heads, n, n], plus x [B, pairs, 2 heads]: its first
/// half where the pair's target attends to its source, its second half the other way round.
void pair_bias(const Pairs& p, std::size_t heads, const float* fixed, const float* x, float* out);
/// Writes dx and adds to dfixed.
void pair_bias_backward(const Pairs& p, std::size_t heads, const float* dout, float* dfixed,
                        float* dx);

/// out[c] = sum over rows of x[r, c].
void column_sums(std::size_t rows, std::size_t columns, const float* x, float* out);

}  // namespace dinas::kernels
