// The parts of a transformer layer between its matrix products, forward and backward side by side.
// Plain loops on float arrays, compiled for several instruction sets; no libtorch.
//
// Shapes: B graphs of n nodes, N = B n tokens, width d; arrays are row-major. `modulation` rows
// have `stride` floats per graph.
#pragma once

#include <cstddef>

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

  /// Row length of `probabilities`: nodes rounded up to whole vectors of 8.
  [[nodiscard]] std::size_t padded_nodes() const { return (nodes + 7) / 8 * 8; }
};

/// qkv [N, 3d] (q, k, v; each heads x head_width), bias [heads, n, n]. Writes probabilities
/// [B, heads, n, padded n] and out [N, d]. Scores are q.k / sqrt(head_width) + bias.
void attention(const Attention& a, const float* qkv, const float* bias, float* probabilities,
               float* out);

/// Writes dqkv [N, 3d] and adds to dbias [heads, n, n].
void attention_backward(const Attention& a, const float* dout, const float* qkv,
                        const float* probabilities, float* dqkv, float* dbias);

void relu(std::size_t size, float* x);
/// dx = 0 where the activation `y` is 0.
void relu_backward(std::size_t size, const float* y, float* dx);

/// out[c] = sum over rows of x[r, c].
void column_sums(std::size_t rows, std::size_t columns, const float* x, float* out);

}  // namespace dinas::kernels
