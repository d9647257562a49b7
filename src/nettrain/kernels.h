// The arithmetic of training image networks: matrix products and what is computed channel by
// channel. Images are [count, height, width, channels]; a row is one pixel's channels. Everything
// on one thread; the order of a sum depends on sizes alone.
#pragma once

#include <cstddef>
#include <span>

namespace dinas::nettrain {

/// out [rows, columns] = (add ? out : 0) + a [rows, depth] * b [depth, columns]. Row-major.
void product(const float* a, const float* b, std::size_t rows, std::size_t depth,
             std::size_t columns, bool add, float* out);

/// out [depth, columns] += transpose of a [rows, depth] * g [rows, columns].
void add_transposed_product(const float* a, const float* g, std::size_t rows, std::size_t depth,
                            std::size_t columns, float* out);

/// Mean and 1 / sqrt(variance + epsilon) of every channel; the variance divides by `rows`.
void channel_moments(const float* x, std::size_t rows, std::size_t channels, float epsilon,
                     float* mean, float* inverse);

/// out = x * scale + shift, by channel.
void scale_channels(const float* x, std::size_t rows, std::size_t channels, const float* scale,
                    const float* shift, float* out);

/// BatchNorm by the batch's moments, backwards: dscale and dshift are added to, dx is set or added
/// to (`add`).
struct NormGradient {
  const float* x = nullptr;
  const float* dout = nullptr;
  const float* mean = nullptr;
  const float* inverse = nullptr;
  const float* scale = nullptr;
  float* dscale = nullptr;
  float* dshift = nullptr;
  float* dx = nullptr;
};
void batch_norm_gradient(const NormGradient& g, std::size_t rows, std::size_t channels, bool add);

/// out = max(x, 0), and dx (+)= x > 0 ? dout : 0. NaN stays NaN.
void relu(const float* x, std::size_t size, float* out);
void relu_gradient(const float* x, const float* dout, std::size_t size, bool add, float* dx);

/// out (+)= x * factor.
void accumulate(const float* x, std::size_t size, float factor, bool add, float* out);

/// x [images, pixels, channels] *= shares [pixels].
void scale_pixels(std::span<const float> shares, std::size_t images, std::size_t channels,
                  float* x);

/// An image with a margin, [image_height, image_width, channels], and where windows lie on it: the
/// window of output pixel (y, x) begins at (y * stride, x * stride). Nothing reaches outside.
struct Window {
  std::size_t image_width = 0;
  std::size_t channels = 0;
  std::size_t out_height = 0;
  std::size_t out_width = 0;
  std::size_t kernel = 1;
  std::size_t stride = 1;
  std::size_t dilation = 1;
};

/// Where an image's pixels go in a larger one that is `fill` elsewhere: (y, x) to
/// (margin + y * spread, margin + x * spread).
struct Placement {
  std::size_t height = 0;
  std::size_t width = 0;
  std::size_t channels = 0;
  std::size_t margin = 0;
  std::size_t spread = 1;
  std::size_t out_height = 0;
  std::size_t out_width = 0;
  float fill = 0;
};
void place_image(const float* x, const Placement& place, float* out);

/// out [out_height, out_width, columns] (+)= the numbers under the window times
/// weights [kernel, kernel, channels, columns].
void convolve(const float* image, const Window& w, const float* weights, std::size_t columns,
              bool add, float* out);
/// dweights += the numbers under the window times dout [out_height, out_width, columns].
void add_weight_gradient(const float* image, const Window& w, const float* dout,
                         std::size_t columns, float* dweights);

/// The same with one kernel [kernel, kernel, channels] for every channel.
void depthwise(const float* image, const Window& w, const float* weights, bool add, float* out);
void add_depthwise_gradient(const float* image, const Window& w, const float* dout,
                            float* dweights);

/// out (+)= sum under the window times shares [out_height, out_width] (null: times 1).
void sum_windows(const float* image, const Window& w, const float* shares, bool add, float* out);

/// The largest under the window; back: to the first that equals it. dimage is of the image's size.
void max_pool(const float* image, const Window& w, float* out);
void add_max_pool_gradient(const float* image, const Window& w, const float* out, const float* dout,
                           float* dimage);

}  // namespace dinas::nettrain
