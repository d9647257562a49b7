#include "torch/fast_kernels.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/multiversion.h"

// Helpers must be inlined into each of those versions to be compiled for it.
#define DINAS_INLINE __attribute__((always_inline)) inline

namespace dinas::kernels {
namespace {

constexpr float kEpsilon = 1e-5F;
constexpr float kMinusInfinity = -1e30F;  // finite: this file is compiled with fast-math

// Scratch of one graph and head: the transposed keys (or values), rows padded to whole vectors.
DINAS_INLINE void transpose_head(const float* rows, std::size_t row_stride, std::size_t nodes,
                                 std::size_t padded, std::size_t head_width,
                                 float* __restrict out) {
  for (std::size_t c = 0; c < head_width; ++c) {
    for (std::size_t j = 0; j < nodes; ++j) out[c * padded + j] = rows[j * row_stride + c];
    for (std::size_t j = nodes; j < padded; ++j) out[c * padded + j] = 0.0F;
  }
}

// out[j] = sum_c row[c] * transposed[c, j] for all padded j.
DINAS_INLINE void row_times_transposed(const float* row, const float* transposed,
                                       std::size_t head_width, std::size_t padded,
                                       float* __restrict out) {
  for (std::size_t j = 0; j < padded; j += 8) {
    float sum[8] = {};
    for (std::size_t c = 0; c < head_width; ++c) {
      const float* column = transposed + c * padded + j;
      for (std::size_t u = 0; u < 8; ++u) sum[u] += row[c] * column[u];
    }
    for (std::size_t u = 0; u < 8; ++u) out[j + u] = sum[u];
  }
}

DINAS_INLINE void softmax_row(float* scores, std::size_t padded) {
  float largest = scores[0];
  for (std::size_t j = 0; j < padded; ++j) largest = std::max(largest, scores[j]);
  float total = 0.0F;
  for (std::size_t j = 0; j < padded; ++j) {
    scores[j] = std::exp(scores[j] - largest);
    total += scores[j];
  }
  const float scale = 1.0F / total;
  for (std::size_t j = 0; j < padded; ++j) scores[j] *= scale;
}

}  // namespace

DINAS_MULTIVERSION void modulated_norm(Tokens t, const float* x, const float* shift,
                                       const float* scale, std::size_t stride,
                                       float* __restrict normalised,
                                       float* __restrict inverse_deviation, float* __restrict out) {
  const std::size_t d = t.width;
  const float inverse_width = 1.0F / static_cast<float>(d);
  for (std::size_t token = 0; token < t.graphs * t.nodes; ++token) {
    const float* row = x + token * d;
    const float* shift_row = shift + token / t.nodes * stride;
    const float* scale_row = scale + token / t.nodes * stride;
    float mean = 0.0F;
    for (std::size_t c = 0; c < d; ++c) mean += row[c];
    mean *= inverse_width;
    float variance = 0.0F;
    for (std::size_t c = 0; c < d; ++c) variance += (row[c] - mean) * (row[c] - mean);
    const float inverse = 1.0F / std::sqrt(variance * inverse_width + kEpsilon);
    inverse_deviation[token] = inverse;
    float* normal = normalised + token * d;
    float* result = out + token * d;
    for (std::size_t c = 0; c < d; ++c) {
      normal[c] = (row[c] - mean) * inverse;
      result[c] = normal[c] * (1.0F + scale_row[c]) + shift_row[c];
    }
  }
}

DINAS_MULTIVERSION void modulated_norm_backward(Tokens t, const float* dout,
                                                const float* normalised,
                                                const float* inverse_deviation, const float* scale,
                                                std::size_t stride, float* __restrict dx,
                                                float* __restrict dshift,
                                                float* __restrict dscale) {
  const std::size_t d = t.width;
  const float inverse_width = 1.0F / static_cast<float>(d);
  for (std::size_t g = 0; g < t.graphs; ++g) {
    const float* scale_row = scale + g * stride;
    float* dshift_row = dshift + g * stride;
    float* dscale_row = dscale + g * stride;
    std::fill_n(dshift_row, d, 0.0F);
    std::fill_n(dscale_row, d, 0.0F);
    for (std::size_t token = g * t.nodes; token < (g + 1) * t.nodes; ++token) {
      const float* up = dout + token * d;
      const float* normal = normalised + token * d;
      float sum = 0.0F;
      float product = 0.0F;
      for (std::size_t c = 0; c < d; ++c) {
        const float through = up[c] * (1.0F + scale_row[c]);
        sum += through;
        product += through * normal[c];
        dshift_row[c] += up[c];
        dscale_row[c] += up[c] * normal[c];
      }
      sum *= inverse_width;
      product *= inverse_width;
      float* down = dx + token * d;
      for (std::size_t c = 0; c < d; ++c) {
        down[c] +=
            inverse_deviation[token] * (up[c] * (1.0F + scale_row[c]) - sum - normal[c] * product);
      }
    }
  }
}

DINAS_MULTIVERSION void gated_residual(Tokens t, const float* x, const float* branch,
                                       const float* gate, std::size_t stride,
                                       float* __restrict out) {
  for (std::size_t token = 0; token < t.graphs * t.nodes; ++token) {
    const float* gate_row = gate + token / t.nodes * stride;
    for (std::size_t c = 0; c < t.width; ++c) {
      const std::size_t i = token * t.width + c;
      out[i] = x[i] + (1.0F + gate_row[c]) * branch[i];
    }
  }
}

DINAS_MULTIVERSION void gated_residual_backward(Tokens t, const float* dout, const float* branch,
                                                const float* gate, std::size_t stride,
                                                float* __restrict dbranch,
                                                float* __restrict dgate) {
  for (std::size_t g = 0; g < t.graphs; ++g) {
    const float* gate_row = gate + g * stride;
    float* dgate_row = dgate + g * stride;
    std::fill_n(dgate_row, t.width, 0.0F);
    for (std::size_t token = g * t.nodes; token < (g + 1) * t.nodes; ++token) {
      for (std::size_t c = 0; c < t.width; ++c) {
        const std::size_t i = token * t.width + c;
        dbranch[i] = (1.0F + gate_row[c]) * dout[i];
        dgate_row[c] += dout[i] * branch[i];
      }
    }
  }
}

DINAS_MULTIVERSION void attention(const Attention& a, const float* qkv, const float* bias,
                                  float* __restrict probabilities, float* __restrict out) {
  const std::size_t n = a.nodes;
  const std::size_t padded = a.padded_nodes();
  const std::size_t d = a.heads * a.head_width;
  const float scale = 1.0F / std::sqrt(static_cast<float>(a.head_width));
  std::vector<float> keys(a.head_width * padded);
  for (std::size_t item = 0; item < a.graphs * a.heads; ++item) {
    const std::size_t g = item / a.heads;
    const std::size_t h = item % a.heads;
    const float* q = qkv + g * n * 3 * d + h * a.head_width;
    const float* v = q + 2 * d;
    const float* own_bias = bias + (a.own_bias ? item : h) * n * n;
    transpose_head(q + d, 3 * d, n, padded, a.head_width, keys.data());
    for (std::size_t i = 0; i < n; ++i) {
      float* p = probabilities + (item * n + i) * padded;
      row_times_transposed(q + i * 3 * d, keys.data(), a.head_width, padded, p);
      for (std::size_t j = 0; j < n; ++j) p[j] = p[j] * scale + own_bias[i * n + j];
      for (std::size_t j = n; j < padded; ++j) p[j] = kMinusInfinity;
      softmax_row(p, padded);
      float* result = out + (g * n + i) * d + h * a.head_width;
      std::fill_n(result, a.head_width, 0.0F);
      for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t c = 0; c < a.head_width; ++c) result[c] += p[j] * v[j * 3 * d + c];
      }
    }
  }
}

DINAS_MULTIVERSION void attention_backward(const Attention& a, const float* dout, const float* qkv,
                                           const float* probabilities, float* __restrict dqkv,
                                           float* __restrict dbias) {
  const std::size_t n = a.nodes;
  const std::size_t padded = a.padded_nodes();
  const std::size_t w = a.head_width;
  const std::size_t d = a.heads * w;
  const float scale = 1.0F / std::sqrt(static_cast<float>(w));
  std::vector<float> values(w * padded);
  std::vector<float> dscores(padded);
  std::fill_n(dqkv, a.graphs * n * 3 * d, 0.0F);
  for (std::size_t item = 0; item < a.graphs * a.heads; ++item) {
    const std::size_t g = item / a.heads;
    const std::size_t h = item % a.heads;
    const std::size_t base = g * n * 3 * d + h * w;
    const float* q = qkv + base;
    const float* k = q + d;
    float* dq = dqkv + base;
    float* dk = dq + d;
    float* dv = dk + d;
    float* own_dbias = dbias + (a.own_bias ? item : h) * n * n;
    transpose_head(k + d, 3 * d, n, padded, w, values.data());
    for (std::size_t i = 0; i < n; ++i) {
      const float* p = probabilities + (item * n + i) * padded;
      const float* up = dout + (g * n + i) * d + h * w;
      row_times_transposed(up, values.data(), w, padded, dscores.data());
      float mean = 0.0F;
      for (std::size_t j = 0; j < padded; ++j) mean += p[j] * dscores[j];
      for (std::size_t j = 0; j < padded; ++j) dscores[j] = p[j] * (dscores[j] - mean);
      for (std::size_t j = 0; j < n; ++j) {
        const std::size_t row = j * 3 * d;
        own_dbias[i * n + j] += dscores[j];
        const float ds = dscores[j] * scale;
        for (std::size_t c = 0; c < w; ++c) {
          dq[i * 3 * d + c] += ds * k[row + c];
          dk[row + c] += ds * q[i * 3 * d + c];
          dv[row + c] += p[j] * up[c];
        }
      }
    }
  }
}

DINAS_MULTIVERSION void relu(std::size_t size, float* x) {
  for (std::size_t i = 0; i < size; ++i) x[i] = std::max(x[i], 0.0F);
}

DINAS_MULTIVERSION void relu_backward(std::size_t size, const float* y, float* __restrict dx) {
  for (std::size_t i = 0; i < size; ++i) dx[i] = y[i] > 0.0F ? dx[i] : 0.0F;
}

DINAS_MULTIVERSION void column_sums(std::size_t rows, std::size_t columns, const float* x,
                                    float* __restrict out) {
  std::fill_n(out, columns, 0.0F);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) out[c] += x[r * columns + c];
  }
}

}  // namespace dinas::kernels
