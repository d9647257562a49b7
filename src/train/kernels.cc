#include "train/kernels.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target, which compiles this file once for every target.
#include "engine/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dinas::train {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using dinas::HWY_NAMESPACE::along;
using dinas::HWY_NAMESPACE::Moments;
using dinas::HWY_NAMESPACE::Wide;

HWY_NOINLINE void norm(const float* x, std::size_t rows, std::size_t width,
                       const float* const* code, std::size_t at, float* moments, float* out) {
  for (std::size_t r = 0; r < rows; ++r, x += width, out += width) {
    const Moments m = dinas::HWY_NAMESPACE::moments(x, width);
    moments[2 * r] = m.mean;
    moments[2 * r + 1] = m.inverse_deviation;
    const float* shift = code == nullptr ? nullptr : code[r] + at;
    along(width, [&](auto d, std::size_t c) HWY_ATTR {
      auto value = hn::Mul(hn::Sub(hn::LoadU(d, x + c), hn::Set(d, m.mean)),
                           hn::Set(d, m.inverse_deviation));
      if (shift != nullptr) {
        const auto factor = hn::Add(hn::Set(d, 1.0F), hn::LoadU(d, shift + width + c));
        value = hn::MulAdd(value, factor, hn::LoadU(d, shift + c));
      }
      hn::StoreU(value, d, out + c);
    });
  }
}

// A row on its way back through a norm; scale and dshift are null without modulation.
struct NormRow {
  const float* x;
  const float* dout;
  float mean;
  float inverse;
  const float* scale;
  float* dshift;  // and dscale after it
};

template <class D, class V = hn::Vec<D>>
HWY_INLINE V normal_of(D d, const NormRow& row, std::size_t c) {
  return hn::Mul(hn::Sub(hn::LoadU(d, row.x + c), hn::Set(d, row.mean)), hn::Set(d, row.inverse));
}

// u = dout * (1 + scale).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V through(D d, const NormRow& row, std::size_t c) {
  const auto up = hn::LoadU(d, row.dout + c);
  return row.scale == nullptr ? up : hn::MulAdd(up, hn::LoadU(d, row.scale + c), up);
}

struct Means {
  float u;
  float u_normal;
};

// The means that the gradient needs; adds to the modulation's gradient on the way.
HWY_INLINE Means gradient_means(const NormRow& row, std::size_t width) {
  const Wide wide;
  auto sums = hn::Zero(wide);
  auto products = hn::Zero(wide);
  float sum = 0.0F;
  float product = 0.0F;
  along(width, [&](auto d, std::size_t c) HWY_ATTR {
    const auto normal = normal_of(d, row, c);
    const auto u = through(d, row, c);
    if (row.dshift != nullptr) {
      const auto up = hn::LoadU(d, row.dout + c);
      float* dscale = row.dshift + width + c;
      hn::StoreU(hn::Add(hn::LoadU(d, row.dshift + c), up), d, row.dshift + c);
      hn::StoreU(hn::MulAdd(up, normal, hn::LoadU(d, dscale)), d, dscale);
    }
    if constexpr (hn::MaxLanes(d) == hn::MaxLanes(wide)) {
      sums = hn::Add(sums, u);
      products = hn::MulAdd(u, normal, products);
    } else {
      sum += hn::GetLane(u);
      product += hn::GetLane(hn::Mul(u, normal));
    }
  });
  const auto n = static_cast<float>(width);
  return {(sum + hn::GetLane(hn::SumOfLanes(wide, sums))) / n,
          (product + hn::GetLane(hn::SumOfLanes(wide, products))) / n};
}

// dx += (u - mean(u) - normal * mean(u * normal)) / deviation.
HWY_NOINLINE void norm_backward(const float* x, const float* moments, const float* dout,
                                std::size_t rows, std::size_t width, const float* const* code,
                                float* const* dcode, std::size_t at, float* dx) {
  for (std::size_t r = 0; r < rows; ++r, x += width, dout += width, dx += width) {
    const NormRow row{x,
                      dout,
                      moments[2 * r],
                      moments[2 * r + 1],
                      code == nullptr ? nullptr : code[r] + at + width,
                      code == nullptr ? nullptr : dcode[r] + at};
    const Means means = gradient_means(row, width);
    along(width, [&](auto d, std::size_t c) HWY_ATTR {
      const auto centred = hn::Sub(hn::Sub(through(d, row, c), hn::Set(d, means.u)),
                                   hn::Mul(normal_of(d, row, c), hn::Set(d, means.u_normal)));
      hn::StoreU(hn::MulAdd(centred, hn::Set(d, row.inverse), hn::LoadU(d, dx + c)), d, dx + c);
    });
  }
}

HWY_NOINLINE void gated_backward(const float* dout, const float* branch, std::size_t rows,
                                 std::size_t width, const float* const* code, float* const* dcode,
                                 std::size_t at, float* dbranch) {
  for (std::size_t r = 0; r < rows; ++r, dout += width, branch += width, dbranch += width) {
    const float* gate = code[r] + at;
    float* dgate = dcode[r] + at;
    along(width, [&](auto d, std::size_t c) HWY_ATTR {
      const auto up = hn::LoadU(d, dout + c);
      hn::StoreU(hn::MulAdd(up, hn::LoadU(d, branch + c), hn::LoadU(d, dgate + c)), d, dgate + c);
      hn::StoreU(hn::MulAdd(up, hn::LoadU(d, gate + c), up), d, dbranch + c);
    });
  }
}

HWY_NOINLINE void relu_backward(const float* y, std::size_t count, float* dy) {
  along(count, [&](auto d, std::size_t c) HWY_ATTR {
    const auto alive = hn::Gt(hn::LoadU(d, y + c), hn::Zero(d));
    hn::StoreU(hn::IfThenElseZero(alive, hn::LoadU(d, dy + c)), d, dy + c);
  });
}

HWY_NOINLINE void add_column_sums(const float* x, std::size_t rows, std::size_t width, float* out) {
  along(width, [&](auto d, std::size_t c) HWY_ATTR {
    auto sum = hn::Zero(d);
    for (std::size_t r = 0; r < rows; ++r) sum = hn::Add(sum, hn::LoadU(d, x + r * width + c));
    hn::StoreU(hn::Add(hn::LoadU(d, out + c), sum), d, out + c);
  });
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V sigmoid(D d, V x) {
  const auto one = hn::Set(d, 1.0F);
  return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Neg(x))));
}

HWY_NOINLINE void silu(const float* x, std::size_t count, float* y) {
  along(count, [&](auto d, std::size_t c) HWY_ATTR {
    const auto v = hn::LoadU(d, x + c);
    hn::StoreU(hn::Mul(v, sigmoid(d, v)), d, y + c);
  });
}

HWY_NOINLINE void silu_backward(const float* x, const float* dy, std::size_t count, float* dx) {
  along(count, [&](auto d, std::size_t c) HWY_ATTR {
    const auto v = hn::LoadU(d, x + c);
    const auto s = sigmoid(d, v);
    const auto one = hn::Set(d, 1.0F);
    const auto slope = hn::Mul(s, hn::MulAdd(v, hn::Sub(one, s), one));
    hn::StoreU(hn::Mul(hn::LoadU(d, dy + c), slope), d, dx + c);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace dinas::train
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dinas::train {

HWY_EXPORT(norm);
HWY_EXPORT(norm_backward);
HWY_EXPORT(gated_backward);
HWY_EXPORT(relu_backward);
HWY_EXPORT(add_column_sums);
HWY_EXPORT(silu);
HWY_EXPORT(silu_backward);

void norm(const float* x, std::size_t rows, std::size_t width, const float* const* code,
          std::size_t at, float* moments, float* out) {
  HWY_DYNAMIC_DISPATCH(norm)(x, rows, width, code, at, moments, out);
}

void norm_backward(const float* x, const float* moments, const float* dout, std::size_t rows,
                   std::size_t width, const float* const* code, float* const* dcode, std::size_t at,
                   float* dx) {
  HWY_DYNAMIC_DISPATCH(norm_backward)(x, moments, dout, rows, width, code, dcode, at, dx);
}

void gated_backward(const float* dout, const float* branch, std::size_t rows, std::size_t width,
                    const float* const* code, float* const* dcode, std::size_t at, float* dbranch) {
  HWY_DYNAMIC_DISPATCH(gated_backward)(dout, branch, rows, width, code, dcode, at, dbranch);
}

void relu_backward(const float* y, std::size_t count, float* dy) {
  HWY_DYNAMIC_DISPATCH(relu_backward)(y, count, dy);
}

void add_column_sums(const float* x, std::size_t rows, std::size_t width, float* out) {
  HWY_DYNAMIC_DISPATCH(add_column_sums)(x, rows, width, out);
}

void silu(const float* x, std::size_t count, float* y) { HWY_DYNAMIC_DISPATCH(silu)(x, count, y); }

void silu_backward(const float* x, const float* dy, std::size_t count, float* dx) {
  HWY_DYNAMIC_DISPATCH(silu_backward)(x, dy, count, dx);
}

// A few values a variable: not worth a vector.
float cross_entropy(std::span<const float> logits, std::span<const float> targets, float weight,
                    std::span<float> dlogits) {
  const float highest = *std::ranges::max_element(logits);
  float sum = 0.0F;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    dlogits[k] = std::exp(logits[k] - highest);
    sum += dlogits[k];
  }
  const float log_sum = std::log(sum) + highest;
  float loss = 0.0F;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    loss += targets[k] * (log_sum - logits[k]);
    dlogits[k] = weight * (dlogits[k] / sum - targets[k]);
  }
  return loss;
}

}  // namespace dinas::train
#endif  // HWY_ONCE
