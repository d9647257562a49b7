#include <algorithm>

#include "nettrain/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nettrain/window_kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target, which compiles this file once for every target.
#include "nettrain/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dinas::nettrain {
namespace HWY_NAMESPACE {

HWY_NOINLINE void place_image(const float* x, const Placement& place, float* out) {
  const std::size_t channels = place.channels, line = place.width * channels;
  std::fill_n(out, place.out_height * place.out_width * channels, place.fill);
  for (std::size_t row = 0; row < place.height; ++row, x += line) {
    float* to =
        out + ((place.margin + row * place.spread) * place.out_width + place.margin) * channels;
    if (place.spread == 1) {
      std::copy_n(x, line, to);
    } else {
      for (std::size_t column = 0; column < place.width; ++column) {
        std::copy_n(x + column * channels, channels, to + column * place.spread * channels);
      }
    }
  }
}

// Calls body(vector tag, channel, offset of the window's first number in the image, offset of its
// result) for every window.
template <class Body>
HWY_INLINE void at_windows(const Window& w, const Body& body) {
  along(w.channels, [&](auto d, std::size_t c) HWY_ATTR {
    std::size_t to = c;
    for (std::size_t row = 0; row < w.out_height; ++row) {
      std::size_t from = row * w.stride * w.image_width * w.channels + c;
      for (std::size_t column = 0; column < w.out_width; ++column) {
        body(d, c, from, to);
        from += w.stride * w.channels;
        to += w.channels;
      }
    }
  });
}

HWY_NOINLINE void depthwise(const float* image, const Window& w, const float* weights, bool add,
                            float* out) {
  const std::size_t line = w.dilation * w.image_width * w.channels;
  const std::size_t step = w.dilation * w.channels;
  at_windows(w, [&](auto d, std::size_t c, std::size_t from, std::size_t to) HWY_ATTR {
    auto sum = add ? hn::LoadU(d, out + to) : hn::Zero(d);
    const float* weight = weights + c;
    for (std::size_t i = 0; i < w.kernel; ++i) {
      for (std::size_t j = 0; j < w.kernel; ++j, weight += w.channels) {
        sum =
            hn::MulAdd(hn::LoadU(d, image + from + i * line + j * step), hn::LoadU(d, weight), sum);
      }
    }
    hn::StoreU(sum, d, out + to);
  });
}

HWY_NOINLINE void add_depthwise_gradient(const float* image, const Window& w, const float* dout,
                                         float* dweights) {
  const std::size_t line = w.dilation * w.image_width * w.channels;
  const std::size_t step = w.dilation * w.channels;
  at_windows(w, [&](auto d, std::size_t c, std::size_t from, std::size_t to) HWY_ATTR {
    const auto up = hn::LoadU(d, dout + to);
    float* weight = dweights + c;
    for (std::size_t i = 0; i < w.kernel; ++i) {
      for (std::size_t j = 0; j < w.kernel; ++j, weight += w.channels) {
        const auto x = hn::LoadU(d, image + from + i * line + j * step);
        hn::StoreU(hn::MulAdd(x, up, hn::LoadU(d, weight)), d, weight);
      }
    }
  });
}

HWY_NOINLINE void sum_windows(const float* image, const Window& w, const float* shares, bool add,
                              float* out) {
  const std::size_t line = w.image_width * w.channels;
  at_windows(w, [&](auto d, std::size_t, std::size_t from, std::size_t to) HWY_ATTR {
    auto sum = hn::Zero(d);
    for (std::size_t i = 0; i < w.kernel; ++i) {
      for (std::size_t j = 0; j < w.kernel; ++j) {
        sum = hn::Add(sum, hn::LoadU(d, image + from + i * line + j * w.channels));
      }
    }
    const auto old = add ? hn::LoadU(d, out + to) : hn::Zero(d);
    const auto share = hn::Set(d, shares == nullptr ? 1.0F : shares[to / w.channels]);
    hn::StoreU(hn::MulAdd(sum, share, old), d, out + to);
  });
}

HWY_NOINLINE void max_pool(const float* image, const Window& w, float* out) {
  const std::size_t line = w.image_width * w.channels;
  at_windows(w, [&](auto d, std::size_t, std::size_t from, std::size_t to) HWY_ATTR {
    auto best = hn::LoadU(d, image + from);
    for (std::size_t i = 0; i < w.kernel; ++i) {
      for (std::size_t j = 0; j < w.kernel; ++j) {
        best = hn::Max(best, hn::LoadU(d, image + from + i * line + j * w.channels));
      }
    }
    hn::StoreU(best, d, out + to);
  });
}

HWY_NOINLINE void add_max_pool_gradient(const float* image, const Window& w, const float* out,
                                        const float* dout, float* dimage) {
  const std::size_t line = w.image_width * w.channels;
  at_windows(w, [&](auto d, std::size_t, std::size_t from, std::size_t to) HWY_ATTR {
    const auto best = hn::LoadU(d, out + to);
    auto up = hn::LoadU(d, dout + to);
    for (std::size_t i = 0; i < w.kernel; ++i) {
      for (std::size_t j = 0; j < w.kernel; ++j) {
        const std::size_t place = from + i * line + j * w.channels;
        const auto is_best = hn::Eq(hn::LoadU(d, image + place), best);
        const auto given = hn::IfThenElseZero(is_best, up);
        hn::StoreU(hn::Add(hn::LoadU(d, dimage + place), given), d, dimage + place);
        up = hn::IfThenZeroElse(is_best, up);
      }
    }
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace dinas::nettrain
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dinas::nettrain {

HWY_EXPORT(place_image);
HWY_EXPORT(depthwise);
HWY_EXPORT(add_depthwise_gradient);
HWY_EXPORT(sum_windows);
HWY_EXPORT(max_pool);
HWY_EXPORT(add_max_pool_gradient);

void place_image(const float* x, const Placement& place, float* out) {
  HWY_DYNAMIC_DISPATCH(place_image)(x, place, out);
}
void depthwise(const float* image, const Window& w, const float* weights, bool add, float* out) {
  HWY_DYNAMIC_DISPATCH(depthwise)(image, w, weights, add, out);
}
void add_depthwise_gradient(const float* image, const Window& w, const float* dout,
                            float* dweights) {
  HWY_DYNAMIC_DISPATCH(add_depthwise_gradient)(image, w, dout, dweights);
}
void sum_windows(const float* image, const Window& w, const float* shares, bool add, float* out) {
  HWY_DYNAMIC_DISPATCH(sum_windows)(image, w, shares, add, out);
}
void max_pool(const float* image, const Window& w, float* out) {
  HWY_DYNAMIC_DISPATCH(max_pool)(image, w, out);
}
void add_max_pool_gradient(const float* image, const Window& w, const float* out, const float* dout,
                           float* dimage) {
  HWY_DYNAMIC_DISPATCH(add_max_pool_gradient)(image, w, out, dout, dimage);
}

}  // namespace dinas::nettrain
#endif
