#include "train/attention_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/attention_kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target, which compiles this file once for every target.
#include "engine/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dinas::train {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using dinas::HWY_NAMESPACE::along;
using dinas::HWY_NAMESPACE::Narrow;
using dinas::HWY_NAMESPACE::softmax_row;

// The rows of one head, `stride` apart, side by side: out [head_width, padded], zero padding.
HWY_INLINE void transpose(const float* rows, std::size_t stride, std::size_t nodes,
                          std::size_t padded, std::size_t head_width, float* out) {
  for (std::size_t c = 0; c < head_width; ++c) {
    for (std::size_t j = 0; j < nodes; ++j) out[c * padded + j] = rows[j * stride + c];
    for (std::size_t j = nodes; j < padded; ++j) out[c * padded + j] = 0.0F;
  }
}

// out[j] = sum_c row[c] columns[c, j].
HWY_INLINE void times_columns(const float* row, const float* columns, std::size_t head_width,
                              std::size_t padded, float* out) {
  const Narrow d;
  for (std::size_t j = 0; j < padded; j += hn::Lanes(d)) {
    auto sum = hn::Zero(d);
    for (std::size_t c = 0; c < head_width; ++c) {
      sum = hn::MulAdd(hn::Set(d, row[c]), hn::LoadU(d, columns + c * padded + j), sum);
    }
    hn::StoreU(sum, d, out + j);
  }
}

HWY_NOINLINE void attention(const AttentionShape& a, const float* qkv, const float* bias,
                            float* shares, float* out, float* scratch) {
  const std::size_t n = a.nodes;
  const std::size_t padded = padded_nodes(n);
  const std::size_t width = a.heads * a.head_width;
  const float scale = 1.0F / std::sqrt(static_cast<float>(a.head_width));
  const Narrow narrow;
  for (std::size_t item = 0; item < a.graphs * a.heads; ++item) {
    const std::size_t at = item % a.heads * a.head_width;
    const float* q = qkv + item / a.heads * n * 3 * width + at;
    const float* v = q + 2 * width;
    const float* own = bias + (a.own_bias ? item : item % a.heads) * n * padded;
    transpose(q + width, 3 * width, n, padded, a.head_width, scratch);
    for (std::size_t i = 0; i < n; ++i) {
      float* p = shares + (item * n + i) * padded;
      times_columns(q + i * 3 * width, scratch, a.head_width, padded, p);
      for (std::size_t j = 0; j < padded; j += hn::Lanes(narrow)) {
        hn::StoreU(hn::MulAdd(hn::LoadU(narrow, p + j), hn::Set(narrow, scale),
                              hn::LoadU(narrow, own + i * padded + j)),
                   narrow, p + j);
      }
      softmax_row(p, padded);
      float* mixed = out + (item / a.heads * n + i) * width + at;
      along(a.head_width, [&](auto d, std::size_t c) HWY_ATTR {
        auto sum = hn::Zero(d);
        for (std::size_t j = 0; j < n; ++j) {
          sum = hn::MulAdd(hn::Set(d, p[j]), hn::LoadU(d, v + j * 3 * width + c), sum);
        }
        hn::StoreU(sum, d, mixed + c);
      });
    }
  }
}

// out[i] (+)= sum_j weights[i * row + j * column] rows[j] for the nodes of one head.
HWY_INLINE void combine(std::size_t nodes, std::size_t head_width, const float* weights,
                        std::size_t row, std::size_t column, const float* rows,
                        std::size_t row_stride, float* out, std::size_t out_stride) {
  for (std::size_t i = 0; i < nodes; ++i) {
    along(head_width, [&](auto d, std::size_t c) HWY_ATTR {
      auto sum = hn::Zero(d);
      for (std::size_t j = 0; j < nodes; ++j) {
        sum = hn::MulAdd(hn::Set(d, weights[i * row + j * column]),
                         hn::LoadU(d, rows + j * row_stride + c), sum);
      }
      hn::StoreU(sum, d, out + i * out_stride + c);
    });
  }
}

// The gradient of one head's scores, in place of that of its shares: p (dp - sum p dp), added to
// dbias and scaled.
HWY_INLINE void score_gradient(std::size_t nodes, std::size_t padded, const float* shares,
                               float scale, float* dbias, float* dscores) {
  const Narrow d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < nodes; ++i, shares += padded, dbias += padded, dscores += padded) {
    auto mean = hn::Zero(d);
    for (std::size_t j = 0; j < padded; j += lanes) {
      mean = hn::MulAdd(hn::LoadU(d, shares + j), hn::LoadU(d, dscores + j), mean);
    }
    mean = hn::SumOfLanes(d, mean);
    for (std::size_t j = 0; j < padded; j += lanes) {
      const auto gradient =
          hn::Mul(hn::LoadU(d, shares + j), hn::Sub(hn::LoadU(d, dscores + j), mean));
      hn::StoreU(hn::Add(hn::LoadU(d, dbias + j), gradient), d, dbias + j);
      hn::StoreU(hn::Mul(gradient, hn::Set(d, scale)), d, dscores + j);
    }
  }
}

HWY_NOINLINE void attention_backward(const AttentionShape& a, const float* qkv, const float* shares,
                                     const float* dout, float* dqkv, float* dbias, float* scratch) {
  const std::size_t n = a.nodes;
  const std::size_t padded = padded_nodes(n);
  const std::size_t width = a.heads * a.head_width;
  const std::size_t stride = 3 * width;
  const float scale = 1.0F / std::sqrt(static_cast<float>(a.head_width));
  float* values = scratch;
  float* dscores = scratch + padded * a.head_width;  // [nodes, padded]
  for (std::size_t item = 0; item < a.graphs * a.heads; ++item) {
    const std::size_t at = item % a.heads * a.head_width;
    const std::size_t first = item / a.heads * n;
    const float* q = qkv + first * stride + at;
    const float* up = dout + first * width + at;
    const float* p = shares + item * n * padded;
    float* dq = dqkv + first * stride + at;
    transpose(q + 2 * width, stride, n, padded, a.head_width, values);
    for (std::size_t i = 0; i < n; ++i) {
      times_columns(up + i * width, values, a.head_width, padded, dscores + i * padded);
    }
    score_gradient(n, padded, p, scale, dbias + (a.own_bias ? item : item % a.heads) * n * padded,
                   dscores);
    combine(n, a.head_width, dscores, padded, 1, q + width, stride, dq, stride);
    combine(n, a.head_width, dscores, 1, padded, q, stride, dq + width, stride);
    combine(n, a.head_width, p, 1, padded, up, width, dq + 2 * width, stride);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace dinas::train
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dinas::train {

HWY_EXPORT(attention);
HWY_EXPORT(attention_backward);

void attention(const AttentionShape& a, const float* qkv, const float* bias, float* shares,
               float* out, float* scratch) {
  HWY_DYNAMIC_DISPATCH(attention)(a, qkv, bias, shares, out, scratch);
}

void attention_backward(const AttentionShape& a, const float* qkv, const float* shares,
                        const float* dout, float* dqkv, float* dbias, float* scratch) {
  HWY_DYNAMIC_DISPATCH(attention_backward)(a, qkv, shares, dout, dqkv, dbias, scratch);
}

}  // namespace dinas::train
#endif  // HWY_ONCE
