#include "engine/vector_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/vector_kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target, which compiles this file once for every target.
#include "engine/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dinas {
namespace HWY_NAMESPACE {

HWY_NOINLINE void modulated_norm(const float* x, std::size_t rows, std::size_t width,
                                 const float* const* code, std::size_t at, float* out) {
  for (std::size_t r = 0; r < rows; ++r, x += width, out += width) {
    const Moments m = moments(x, width);
    const float* shift = code[r] + at;
    const float* scale = shift + width;
    along(width, [&](auto d, std::size_t c) HWY_ATTR {
      const auto normal = hn::Mul(hn::Sub(hn::LoadU(d, x + c), hn::Set(d, m.mean)),
                                  hn::Set(d, m.inverse_deviation));
      const auto factor = hn::Add(hn::Set(d, 1.0F), hn::LoadU(d, scale + c));
      hn::StoreU(hn::MulAdd(normal, factor, hn::LoadU(d, shift + c)), d, out + c);
    });
  }
}

HWY_NOINLINE void plain_norm(const float* x, std::size_t rows, std::size_t width, float* out) {
  for (std::size_t r = 0; r < rows; ++r, x += width, out += width) {
    const Moments m = moments(x, width);
    along(width, [&](auto d, std::size_t c) HWY_ATTR {
      hn::StoreU(hn::Mul(hn::Sub(hn::LoadU(d, x + c), hn::Set(d, m.mean)),
                         hn::Set(d, m.inverse_deviation)),
                 d, out + c);
    });
  }
}

HWY_NOINLINE void add_gated(float* x, std::size_t rows, std::size_t width, const float* branch,
                            const float* const* code, std::size_t at) {
  for (std::size_t r = 0; r < rows; ++r, x += width, branch += width) {
    const float* gate = code[r] + at;
    along(width, [&](auto d, std::size_t c) HWY_ATTR {
      const auto factor = hn::Add(hn::Set(d, 1.0F), hn::LoadU(d, gate + c));
      hn::StoreU(hn::MulAdd(factor, hn::LoadU(d, branch + c), hn::LoadU(d, x + c)), d, x + c);
    });
  }
}

HWY_NOINLINE void add(float* x, const float* y, std::size_t count) {
  along(count, [&](auto d, std::size_t c) HWY_ATTR {
    hn::StoreU(hn::Add(hn::LoadU(d, x + c), hn::LoadU(d, y + c)), d, x + c);
  });
}

HWY_NOINLINE void add_two_relu(float* x, std::size_t rows, std::size_t width, const float* const* a,
                               const float* const* b) {
  for (std::size_t r = 0; r < rows; ++r, x += width) {
    along(width, [&](auto d, std::size_t c) HWY_ATTR {
      const auto both =
          hn::Add(hn::Add(hn::LoadU(d, x + c), hn::LoadU(d, a[r] + c)), hn::LoadU(d, b[r] + c));
      hn::StoreU(hn::Max(both, hn::Zero(d)), d, x + c);
    });
  }
}

// One head; `at` is its first feature. keys [head_width, stride] has its keys side by side.
struct Head {
  const Attention* all;
  std::size_t at;
  std::size_t stride;
  const float* keys;
  const float* bias;  // [nodes, stride]
};

// The scores of `kCount` queries, [kCount, stride].
template <std::size_t kCount>
HWY_INLINE void score(const Head& h, const int* asking, const float* const* q, float* scores) {
  const Narrow d;
  for (std::size_t j = 0; j < h.stride; j += hn::Lanes(d)) {
    hn::Vec<Narrow> sum[kCount];
    for (auto& s : sum) s = hn::Zero(d);
    for (std::size_t c = 0; c < h.all->head_width; ++c) {
      const auto key = hn::LoadU(d, h.keys + c * h.stride + j);
      for (std::size_t i = 0; i < kCount; ++i) {
        sum[i] = hn::MulAdd(hn::Set(d, q[i][h.at + c]), key, sum[i]);
      }
    }
    for (std::size_t i = 0; i < kCount; ++i) {
      const float* bias = h.bias + static_cast<std::size_t>(asking[i]) * h.stride + j;
      hn::StoreU(hn::MulAdd(sum[i], hn::Set(d, h.all->scale), hn::LoadU(d, bias)), d,
                 scores + i * h.stride + j);
    }
  }
}

// The values mixed by `kCount` rows of shares.
template <std::size_t kCount>
HWY_INLINE void mix(const Head& h, const float* shares, float* const* out) {
  const Attention& a = *h.all;
  along(a.head_width, [&](auto d, std::size_t c) HWY_ATTR {
    hn::Vec<decltype(d)> sum[kCount];
    for (auto& s : sum) s = hn::Zero(d);
    for (std::size_t j = 0; j < a.nodes; ++j) {
      const auto value = hn::LoadU(d, a.values[j] + h.at + c);
      for (std::size_t i = 0; i < kCount; ++i) {
        sum[i] = hn::MulAdd(hn::Set(d, shares[i * h.stride + j]), value, sum[i]);
      }
    }
    for (std::size_t i = 0; i < kCount; ++i) hn::StoreU(sum[i], d, out[i] + h.at + c);
  });
}

template <std::size_t kCount>
HWY_INLINE void attend_some(const Head& h, const int* asking, const float* const* q,
                            float* const* out, float* scores) {
  score<kCount>(h, asking, q, scores);
  for (std::size_t i = 0; i < kCount; ++i) softmax_row(scores + i * h.stride, h.stride);
  mix<kCount>(h, scores, out);
}

HWY_NOINLINE void attend(const Attention& a, std::span<const int> asking, const float* const* q,
                         float* const* out, float* scratch) {
  const std::size_t stride = padded_nodes(a.nodes);
  float* keys = scratch;
  float* scores = scratch + stride * a.head_width;
  for (std::size_t h = 0; h < a.heads; ++h) {
    const Head head{&a, h * a.head_width, stride, keys, a.bias + h * a.nodes * stride};
    for (std::size_t j = 0; j < stride; ++j) {
      for (std::size_t c = 0; c < a.head_width; ++c) {
        keys[c * stride + j] = j < a.nodes ? a.keys[j][head.at + c] : 0.0F;
      }
    }
    std::size_t i = 0;
    for (; i + 4 <= asking.size(); i += 4) {
      attend_some<4>(head, asking.data() + i, q + i, out + i, scores);
    }
    for (; i < asking.size(); ++i) {
      attend_some<1>(head, asking.data() + i, q + i, out + i, scores);
    }
  }
}

HWY_NOINLINE void round_to_bfloat16(std::span<const float> x, std::span<std::uint16_t> out) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::uint32_t bits = 0;
    __builtin_memcpy(&bits, &x[i], sizeof bits);
    out[i] = static_cast<std::uint16_t>((bits + 0x7fffU + ((bits >> 16U) & 1U)) >> 16U);
  }
}

HWY_NOINLINE std::int64_t target() { return HWY_TARGET; }

}  // namespace HWY_NAMESPACE
}  // namespace dinas
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dinas {

HWY_EXPORT(modulated_norm);
HWY_EXPORT(plain_norm);
HWY_EXPORT(add_gated);
HWY_EXPORT(add);
HWY_EXPORT(add_two_relu);
HWY_EXPORT(attend);
HWY_EXPORT(round_to_bfloat16);
HWY_EXPORT(target);

void modulated_norm(const float* x, std::size_t rows, std::size_t width, const float* const* code,
                    std::size_t at, float* out) {
  HWY_DYNAMIC_DISPATCH(modulated_norm)(x, rows, width, code, at, out);
}

void plain_norm(const float* x, std::size_t rows, std::size_t width, float* out) {
  HWY_DYNAMIC_DISPATCH(plain_norm)(x, rows, width, out);
}

void add_gated(float* x, std::size_t rows, std::size_t width, const float* branch,
               const float* const* code, std::size_t at) {
  HWY_DYNAMIC_DISPATCH(add_gated)(x, rows, width, branch, code, at);
}

void add(float* x, const float* y, std::size_t count) { HWY_DYNAMIC_DISPATCH(add)(x, y, count); }

void add_two_relu(float* x, std::size_t rows, std::size_t width, const float* const* a,
                  const float* const* b) {
  HWY_DYNAMIC_DISPATCH(add_two_relu)(x, rows, width, a, b);
}

void attend(const Attention& a, std::span<const int> asking, const float* const* q,
            float* const* out, float* scratch) {
  HWY_DYNAMIC_DISPATCH(attend)(a, asking, q, out, scratch);
}

void round_to_bfloat16(std::span<const float> x, std::span<std::uint16_t> out) {
  HWY_DYNAMIC_DISPATCH(round_to_bfloat16)(x, out);
}

std::int64_t vector_target() { return HWY_DYNAMIC_DISPATCH(target)(); }

}  // namespace dinas
#endif  // HWY_ONCE
