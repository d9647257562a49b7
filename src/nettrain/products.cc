#include <array>

#include "nettrain/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nettrain/products.cc"
#include <hwy/foreach_target.h>
// After foreach_target, which compiles this file once for every target.
#include "nettrain/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dinas::nettrain {
namespace HWY_NAMESPACE {

// Products with a sum over three nested loops: a window's rows, columns and channels, or an image's
// rows and pixels. out [rows, columns] (+)= sum of a[i * a_row + walk] * b[walk + j]. Either the
// rows of a are neighbours (a_row is 1) or the innermost steps are (a_step[2] is 1).
struct Product {
  const float* a = nullptr;
  std::size_t a_row = 0;
  const float* b = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  bool add = false;
  float* out = nullptr;
  std::array<std::size_t, 3> count{1, 1, 1};  // the outermost first
  std::array<std::size_t, 3> a_step{};
  std::array<std::size_t, 3> b_step{};
};

// kRows x (kVectors vectors) of the result stay in registers.
template <int kRows, int kVectors, class D>
struct Tile {
  hn::Vec<D> sum[kRows][kVectors];

  HWY_INLINE void load(D d, const float* out, std::size_t columns, bool add) {
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t j = 0; j < kVectors; ++j) {
        sum[i][j] = add ? hn::LoadU(d, out + i * columns + j * hn::Lanes(d)) : hn::Zero(d);
      }
    }
  }
  HWY_INLINE void store(D d, float* out, std::size_t columns) const {
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t j = 0; j < kVectors; ++j) {
        hn::StoreU(sum[i][j], d, out + i * columns + j * hn::Lanes(d));
      }
    }
  }
  HWY_INLINE void multiply(D d, const float* a, std::size_t a_row, const float* b) {
    hn::Vec<D> right[kVectors];
    for (std::size_t j = 0; j < kVectors; ++j) right[j] = hn::LoadU(d, b + j * hn::Lanes(d));
    for (std::size_t i = 0; i < kRows; ++i) {
      const auto left = hn::Set(d, a[i * a_row]);
      for (std::size_t j = 0; j < kVectors; ++j) sum[i][j] = hn::MulAdd(left, right[j], sum[i][j]);
    }
  }
  // Neighbouring rows are at addresses known when this is compiled; otherwise four steps at a time,
  // because there are more rows than registers for their addresses.
  HWY_INLINE void walk(D d, const Product& p, const float* a, const float* b) {
    const std::size_t count = p.count[2], step = p.a_step[2], b_step = p.b_step[2];
    if (p.a_row == 1) {
      for (std::size_t z = 0; z < count; ++z) multiply(d, a + z * step, 1, b + z * b_step);
      return;
    }
    std::size_t z = 0;
    for (; z + 4 <= count; z += 4, a += 4, b += 4 * b_step) {
      multiply(d, a, p.a_row, b);
      multiply(d, a + 1, p.a_row, b + b_step);
      multiply(d, a + 2, p.a_row, b + 2 * b_step);
      multiply(d, a + 3, p.a_row, b + 3 * b_step);
    }
    for (; z < count; ++z, ++a, b += b_step) multiply(d, a, p.a_row, b);
  }
};

template <int kRows, int kVectors, class D>
HWY_INLINE void product_tile(D d, const Product& p, std::size_t row, std::size_t column) {
  Tile<kRows, kVectors, D> tile;
  float* out = p.out + row * p.columns + column;
  tile.load(d, out, p.columns, p.add);
  for (std::size_t x = 0; x < p.count[0]; ++x) {
    const float* a = p.a + row * p.a_row + x * p.a_step[0];
    const float* b = p.b + column + x * p.b_step[0];
    for (std::size_t y = 0; y < p.count[1]; ++y, a += p.a_step[1], b += p.b_step[1]) {
      tile.walk(d, p, a, b);
    }
  }
  tile.store(d, out, p.columns);
}

template <int kRows, int kVectors, class D>
HWY_INLINE void product_columns(D d, const Product& p, std::size_t column) {
  std::size_t row = 0;
  const auto tiles = [&]<int kHeight>() HWY_ATTR {
    for (; row + kHeight <= p.rows; row += kHeight) {
      product_tile<kHeight, kVectors>(d, p, row, column);
    }
  };
  tiles.template operator()<kRows>();
  tiles.template operator()<4>();
  tiles.template operator()<3>();
  tiles.template operator()<1>();
}

HWY_NOINLINE void run_product(const Product& p) {
  std::size_t c = 0;
  const Wide wide;
  const Eight eight;
  const One one;
  const std::size_t lanes = hn::Lanes(wide);
  for (; c + 2 * lanes <= p.columns; c += 2 * lanes) product_columns<6, 2>(wide, p, c);
  for (; c + lanes <= p.columns; c += lanes) product_columns<12, 1>(wide, p, c);
  for (; c + hn::Lanes(eight) <= p.columns; c += hn::Lanes(eight)) {
    product_columns<12, 1>(eight, p, c);
  }
  for (; c < p.columns; ++c) product_columns<4, 1>(one, p, c);
}

HWY_NOINLINE void product(const float* a, const float* b, std::size_t rows, std::size_t depth,
                          std::size_t columns, bool add, float* out) {
  run_product({a, depth, b, rows, columns, add, out, {1, 1, depth}, {0, 0, 1}, {0, 0, columns}});
}

HWY_NOINLINE void add_transposed_product(const float* a, const float* g, std::size_t rows,
                                         std::size_t depth, std::size_t columns, float* out) {
  run_product({a, 1, g, depth, columns, true, out, {1, 1, rows}, {0, 0, depth}, {0, 0, columns}});
}

HWY_NOINLINE void convolve(const float* image, const Window& w, const float* weights,
                           std::size_t columns, bool add, float* out) {
  const std::size_t line = w.image_width * w.channels;
  const std::size_t tap = w.channels * columns;
  Product p{image, w.stride * w.channels, weights, w.out_width, columns, add, out};
  p.count = {w.kernel, w.kernel, w.channels};
  p.a_step = {w.dilation * line, w.dilation * w.channels, 1};
  p.b_step = {w.kernel * tap, tap, columns};
  if (w.dilation == 1) {  // a row of the window is one piece
    p.count = {1, w.kernel, w.kernel * w.channels};
    p.a_step = {0, line, 1};
    p.b_step = {0, w.kernel * tap, columns};
  }
  for (std::size_t row = 0; row < w.out_height; ++row) {
    run_product(p);
    p.a += w.stride * line;
    p.out += w.out_width * columns;
  }
}

HWY_NOINLINE void add_weight_gradient(const float* image, const Window& w, const float* dout,
                                      std::size_t columns, float* dweights) {
  const std::size_t line = w.image_width * w.channels;
  // As many rows of the kernel's matrix as lie in one piece of the image.
  const std::size_t piece = (w.dilation == 1 ? w.kernel : 1) * w.channels;
  const std::size_t pieces = w.dilation == 1 ? 1 : w.kernel;
  Product p{image, 1, dout, piece, columns, true, dweights};
  p.count = {1, w.out_height, w.out_width};
  p.a_step = {0, w.stride * line, w.stride * w.channels};
  p.b_step = {0, w.out_width * columns, columns};
  for (std::size_t i = 0; i < w.kernel; ++i) {
    for (std::size_t j = 0; j < pieces; ++j) {
      p.a = image + w.dilation * (i * line + j * w.channels);
      run_product(p);
      p.out += piece * columns;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace dinas::nettrain
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dinas::nettrain {

HWY_EXPORT(product);
HWY_EXPORT(add_transposed_product);
HWY_EXPORT(convolve);
HWY_EXPORT(add_weight_gradient);

void product(const float* a, const float* b, std::size_t rows, std::size_t depth,
             std::size_t columns, bool add, float* out) {
  HWY_DYNAMIC_DISPATCH(product)(a, b, rows, depth, columns, add, out);
}
void add_transposed_product(const float* a, const float* g, std::size_t rows, std::size_t depth,
                            std::size_t columns, float* out) {
  HWY_DYNAMIC_DISPATCH(add_transposed_product)(a, g, rows, depth, columns, out);
}
void convolve(const float* image, const Window& w, const float* weights, std::size_t columns,
              bool add, float* out) {
  HWY_DYNAMIC_DISPATCH(convolve)(image, w, weights, columns, add, out);
}
void add_weight_gradient(const float* image, const Window& w, const float* dout,
                         std::size_t columns, float* dweights) {
  HWY_DYNAMIC_DISPATCH(add_weight_gradient)(image, w, dout, columns, dweights);
}

}  // namespace dinas::nettrain
#endif
