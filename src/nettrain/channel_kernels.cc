#include "nettrain/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nettrain/channel_kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target, which compiles this file once for every target.
#include "nettrain/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dinas::nettrain {
namespace HWY_NAMESPACE {

// Sum over the rows of term(row offset), in four interleaved parts.
template <class D, class Term>
HWY_INLINE hn::Vec<D> sum_rows(D d, std::size_t rows, std::size_t channels, const Term& term) {
  auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
  std::size_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    const std::size_t at = r * channels;
    s0 = hn::Add(s0, term(at));
    s1 = hn::Add(s1, term(at + channels));
    s2 = hn::Add(s2, term(at + 2 * channels));
    s3 = hn::Add(s3, term(at + 3 * channels));
  }
  for (; r < rows; ++r) s0 = hn::Add(s0, term(r * channels));
  return hn::Add(hn::Add(s0, s1), hn::Add(s2, s3));
}

HWY_NOINLINE void channel_moments(const float* x, std::size_t rows, std::size_t channels,
                                  float epsilon, float* mean, float* inverse) {
  const float share = 1.0F / static_cast<float>(rows);
  along(channels, [&](auto d, std::size_t c) HWY_ATTR {
    const auto load = [&](std::size_t at) HWY_ATTR { return hn::LoadU(d, x + at + c); };
    const auto center = hn::Mul(sum_rows(d, rows, channels, load), hn::Set(d, share));
    const auto square = [&](std::size_t at) HWY_ATTR {
      const auto difference = hn::Sub(hn::LoadU(d, x + at + c), center);
      return hn::Mul(difference, difference);
    };
    const auto variance = hn::Mul(sum_rows(d, rows, channels, square), hn::Set(d, share));
    hn::StoreU(center, d, mean + c);
    const auto deviation = hn::Sqrt(hn::Add(variance, hn::Set(d, epsilon)));
    hn::StoreU(hn::Div(hn::Set(d, 1.0F), deviation), d, inverse + c);
  });
}

HWY_NOINLINE void scale_channels(const float* x, std::size_t rows, std::size_t channels,
                                 const float* scale, const float* shift, float* out) {
  along(channels, [&](auto d, std::size_t c) HWY_ATTR {
    const auto factor = hn::LoadU(d, scale + c), term = hn::LoadU(d, shift + c);
    for (std::size_t r = 0; r < rows; ++r) {
      const std::size_t at = r * channels + c;
      hn::StoreU(hn::MulAdd(hn::LoadU(d, x + at), factor, term), d, out + at);
    }
  });
}

// With n rows and z = (x - mean) * inverse:
// dx = scale * inverse * (dout - mean of dout - z * mean of (dout * z)).
HWY_NOINLINE void batch_norm_gradient(const NormGradient& g, std::size_t rows, std::size_t channels,
                                      bool add) {
  const float share = 1.0F / static_cast<float>(rows);
  along(channels, [&](auto d, std::size_t c) HWY_ATTR {
    const auto mean = hn::LoadU(d, g.mean + c), inverse = hn::LoadU(d, g.inverse + c);
    const auto normal = [&](std::size_t at) HWY_ATTR {
      return hn::Mul(hn::Sub(hn::LoadU(d, g.x + at + c), mean), inverse);
    };
    const auto up = [&](std::size_t at) HWY_ATTR { return hn::LoadU(d, g.dout + at + c); };
    const auto sum = sum_rows(d, rows, channels, up);
    const auto product_sum = sum_rows(
        d, rows, channels, [&](std::size_t at) HWY_ATTR { return hn::Mul(up(at), normal(at)); });
    hn::StoreU(hn::Add(hn::LoadU(d, g.dshift + c), sum), d, g.dshift + c);
    hn::StoreU(hn::Add(hn::LoadU(d, g.dscale + c), product_sum), d, g.dscale + c);
    const auto factor = hn::Mul(hn::LoadU(d, g.scale + c), inverse);
    const auto mean_up = hn::Mul(sum, hn::Set(d, share));
    const auto mean_product = hn::Mul(product_sum, hn::Set(d, share));
    for (std::size_t at = 0; at < rows * channels; at += channels) {
      const auto inner = hn::NegMulAdd(normal(at), mean_product, hn::Sub(up(at), mean_up));
      const auto old = add ? hn::LoadU(d, g.dx + at + c) : hn::Zero(d);
      hn::StoreU(hn::MulAdd(factor, inner, old), d, g.dx + at + c);
    }
  });
}

HWY_NOINLINE void relu(const float* x, std::size_t size, float* out) {
  along(size, [&](auto d, std::size_t i) HWY_ATTR {
    const auto value = hn::LoadU(d, x + i);
    hn::StoreU(hn::IfThenZeroElse(hn::Lt(value, hn::Zero(d)), value), d, out + i);
  });
}

HWY_NOINLINE void relu_gradient(const float* x, const float* dout, std::size_t size, bool add,
                                float* dx) {
  along(size, [&](auto d, std::size_t i) HWY_ATTR {
    const auto up =
        hn::IfThenElseZero(hn::Gt(hn::LoadU(d, x + i), hn::Zero(d)), hn::LoadU(d, dout + i));
    hn::StoreU(add ? hn::Add(hn::LoadU(d, dx + i), up) : up, d, dx + i);
  });
}

HWY_NOINLINE void accumulate(const float* x, std::size_t size, float factor, bool add, float* out) {
  along(size, [&](auto d, std::size_t i) HWY_ATTR {
    const auto old = add ? hn::LoadU(d, out + i) : hn::Zero(d);
    hn::StoreU(hn::MulAdd(hn::LoadU(d, x + i), hn::Set(d, factor), old), d, out + i);
  });
}

HWY_NOINLINE void scale_pixels(std::span<const float> shares, std::size_t images,
                               std::size_t channels, float* x) {
  for (std::size_t image = 0; image < images; ++image) {
    for (const float share : shares) {
      along(channels, [&](auto d, std::size_t c) HWY_ATTR {
        hn::StoreU(hn::Mul(hn::LoadU(d, x + c), hn::Set(d, share)), d, x + c);
      });
      x += channels;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace dinas::nettrain
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dinas::nettrain {

HWY_EXPORT(channel_moments);
HWY_EXPORT(scale_channels);
HWY_EXPORT(batch_norm_gradient);
HWY_EXPORT(relu);
HWY_EXPORT(relu_gradient);
HWY_EXPORT(accumulate);
HWY_EXPORT(scale_pixels);

void channel_moments(const float* x, std::size_t rows, std::size_t channels, float epsilon,
                     float* mean, float* inverse) {
  HWY_DYNAMIC_DISPATCH(channel_moments)(x, rows, channels, epsilon, mean, inverse);
}
void scale_channels(const float* x, std::size_t rows, std::size_t channels, const float* scale,
                    const float* shift, float* out) {
  HWY_DYNAMIC_DISPATCH(scale_channels)(x, rows, channels, scale, shift, out);
}
void batch_norm_gradient(const NormGradient& g, std::size_t rows, std::size_t channels, bool add) {
  HWY_DYNAMIC_DISPATCH(batch_norm_gradient)(g, rows, channels, add);
}
void relu(const float* x, std::size_t size, float* out) {
  HWY_DYNAMIC_DISPATCH(relu)(x, size, out);
}
void relu_gradient(const float* x, const float* dout, std::size_t size, bool add, float* dx) {
  HWY_DYNAMIC_DISPATCH(relu_gradient)(x, dout, size, add, dx);
}
void accumulate(const float* x, std::size_t size, float factor, bool add, float* out) {
  HWY_DYNAMIC_DISPATCH(accumulate)(x, size, factor, add, out);
}
void scale_pixels(std::span<const float> shares, std::size_t images, std::size_t channels,
                  float* x) {
  HWY_DYNAMIC_DISPATCH(scale_pixels)(shares, images, channels, x);
}

}  // namespace dinas::nettrain
#endif
