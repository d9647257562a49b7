// The parts of the network between its matrix products, forward and backward side by side, for
// every instruction set (Highway). Rows are nodes, graph by graph; arrays are row-major.
//
// `code[r]` is the modulation of the graph that row r belongs to, `dcode[r]` its gradient; `at` is
// where in them a part begins. Gradients named "add" are added to, others are written.
#pragma once

#include <cstddef>
#include <span>

namespace dinas::train {

/// normal = (x - mean) / sqrt(variance + 1e-5); out = normal * (1 + scale) + shift, shift [width]
/// at code[r] + at and scale after it. `code` null: out = normal. Writes moments [rows, 2] (mean,
/// 1 / deviation).
void norm(const float* x, std::size_t rows, std::size_t width, const float* const* code,
          std::size_t at, float* moments, float* out);
/// dx [rows, width]: add; dcode at shift and scale: add.
void norm_backward(const float* x, const float* moments, const float* dout, std::size_t rows,
                   std::size_t width, const float* const* code, float* const* dcode, std::size_t at,
                   float* dx);

/// dbranch = (1 + gate) * dout; gate's gradient: add dout * branch. (Forward: add_gated.)
void gated_backward(const float* dout, const float* branch, std::size_t rows, std::size_t width,
                    const float* const* code, float* const* dcode, std::size_t at, float* dbranch);

/// dy = 0 where y is 0.
void relu_backward(const float* y, std::size_t count, float* dy);
/// out[c] += sum over rows of x[r, c].
void add_column_sums(const float* x, std::size_t rows, std::size_t width, float* out);
/// y = x * sigmoid(x).
void silu(const float* x, std::size_t count, float* y);
/// dx = dy * silu'(x). May be in place.
void silu_backward(const float* x, const float* dy, std::size_t count, float* dx);

/// -sum_k target_k log softmax(logits)_k; dlogits = weight * (softmax - target). The targets sum to
/// 1. Returns the cross-entropy without the weight.
float cross_entropy(std::span<const float> logits, std::span<const float> targets, float weight,
                    std::span<float> dlogits);

}  // namespace dinas::train
