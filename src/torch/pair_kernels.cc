#include <algorithm>

#include "torch/fast_kernels.h"

namespace dinas::kernels {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

}  // namespace

void join_pairs(const Pairs& p, std::size_t width, const float* source, const float* target,
                float* x) {
  for (std::size_t g = 0; g < p.graphs; ++g) {
    for (std::size_t k = 0; k < p.pairs; ++k) {
      const float* a = source + (g * p.nodes + at(p.from[k])) * width;
      const float* b = target + (g * p.nodes + at(p.to[k])) * width;
      float* row = x + (g * p.pairs + k) * width;
      for (std::size_t c = 0; c < width; ++c) row[c] = std::max(row[c] + a[c] + b[c], 0.0F);
    }
  }
}

void join_pairs_backward(const Pairs& p, std::size_t width, const float* y, float* dx,
                         float* dsource, float* dtarget) {
  for (std::size_t g = 0; g < p.graphs; ++g) {
    for (std::size_t k = 0; k < p.pairs; ++k) {
      float* a = dsource + (g * p.nodes + at(p.from[k])) * width;
      float* b = dtarget + (g * p.nodes + at(p.to[k])) * width;
      float* row = dx + (g * p.pairs + k) * width;
      const float* value = y + (g * p.pairs + k) * width;
      for (std::size_t c = 0; c < width; ++c) {
        row[c] = value[c] > 0.0F ? row[c] : 0.0F;
        a[c] += row[c];
        b[c] += row[c];
      }
    }
  }
}

void pair_bias(const Pairs& p, std::size_t heads, const float* fixed, const float* x, float* out) {
  const std::size_t n = p.nodes;
  for (std::size_t g = 0; g < p.graphs; ++g) {
    float* own = out + g * heads * n * n;
    std::copy_n(fixed, heads * n * n, own);
    for (std::size_t k = 0; k < p.pairs; ++k) {
      const float* row = x + (g * p.pairs + k) * 2 * heads;
      const std::size_t i = at(p.from[k]);
      const std::size_t j = at(p.to[k]);
      for (std::size_t h = 0; h < heads; ++h) {
        own[(h * n + j) * n + i] += row[h];
        own[(h * n + i) * n + j] += row[heads + h];
      }
    }
  }
}

void pair_bias_backward(const Pairs& p, std::size_t heads, const float* dout, float* dfixed,
                        float* dx) {
  const std::size_t n = p.nodes;
  for (std::size_t g = 0; g < p.graphs; ++g) {
    const float* own = dout + g * heads * n * n;
    for (std::size_t c = 0; c < heads * n * n; ++c) dfixed[c] += own[c];
    for (std::size_t k = 0; k < p.pairs; ++k) {
      float* row = dx + (g * p.pairs + k) * 2 * heads;
      const std::size_t i = at(p.from[k]);
      const std::size_t j = at(p.to[k]);
      for (std::size_t h = 0; h < heads; ++h) {
        row[h] = own[(h * n + j) * n + i];
        row[heads + h] = own[(h * n + i) * n + j];
      }
    }
  }
}

}  // namespace dinas::kernels
