// The forward pass of a network for one image as plain loops in double precision: what the faster
// ones are compared with.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "network/image_network.h"
#include "network/weights.h"

namespace dinas {

class ReferenceForward {
 public:
  ReferenceForward(const ImageNetwork& network, const NetworkWeights& weights)
      : network_(network), weights_(weights) {}

  /// What a layer puts out: [channels, height, width].
  std::vector<double> run(std::span<const float> image, int layer) {
    values_.clear();
    for (std::size_t i = 0; i <= static_cast<std::size_t>(layer); ++i) {
      values_.push_back(i == 0 ? std::vector<double>(image.begin(), image.end()) : compute(i));
    }
    return values_.back();
  }
  /// The logits.
  std::vector<double> run(std::span<const float> image) { return run(image, network_.output); }

 private:
  [[nodiscard]] const Shape& shape(int layer) const {
    return network_.layers.at(static_cast<std::size_t>(layer)).shape;
  }
  [[nodiscard]] const std::vector<double>& value(int layer) const {
    return values_.at(static_cast<std::size_t>(layer));
  }
  [[nodiscard]] static std::size_t place(const Shape& s, int c, int y, int x) {
    return static_cast<std::size_t>((c * s.height + y) * s.width + x);
  }

  // Calls visit(output place, channel, y, x) for every number of a layer.
  template <typename Visit>
  static void for_each(const Shape& s, const Visit& visit) {
    for (int c = 0; c < s.channels; ++c) {
      for (int y = 0; y < s.height; ++y) {
        for (int x = 0; x < s.width; ++x) visit(place(s, c, y, x), c, y, x);
      }
    }
  }

  // Calls visit(ky, kx, y, x) for every point of a window that lies on the input.
  template <typename Visit>
  static void window(const Layer& layer, const Shape& in, int y, int x, const Visit& visit) {
    for (int ky = 0; ky < layer.kernel; ++ky) {
      for (int kx = 0; kx < layer.kernel; ++kx) {
        const int iy = y * layer.stride - layer.padding + ky * layer.dilation;
        const int ix = x * layer.stride - layer.padding + kx * layer.dilation;
        if (iy >= 0 && iy < in.height && ix >= 0 && ix < in.width) visit(ky, kx, iy, ix);
      }
    }
  }

  std::vector<double> convolution(const Layer& layer, const LayerWeights& w) {
    const Shape& in = shape(layer.inputs[0]);
    const auto& from = value(layer.inputs[0]);
    const int of_group = in.channels / layer.groups;
    const int outputs_of_group = layer.shape.channels / layer.groups;
    std::vector<double> to(static_cast<std::size_t>(layer.shape.numbers()));
    for_each(layer.shape, [&](std::size_t at, int c, int y, int x) {
      for (int k = 0; k < of_group; ++k) {
        const int channel = c / outputs_of_group * of_group + k;
        window(layer, in, y, x, [&](int ky, int kx, int iy, int ix) {
          const int weight = ((c * of_group + k) * layer.kernel + ky) * layer.kernel + kx;
          to[at] += static_cast<double>(w.weight[static_cast<std::size_t>(weight)]) *
                    from[place(in, channel, iy, ix)];
        });
      }
    });
    return to;
  }

  std::vector<double> pool(const Layer& layer) {
    const Shape& in = shape(layer.inputs[0]);
    const auto& from = value(layer.inputs[0]);
    const bool max = layer.kind == LayerKind::kMaxPool;
    std::vector<double> to(static_cast<std::size_t>(layer.shape.numbers()));
    for_each(layer.shape, [&](std::size_t at, int c, int y, int x) {
      double sum = 0.0;
      double most = -std::numeric_limits<double>::infinity();
      int count = 0;
      window(layer, in, y, x, [&](int /*ky*/, int /*kx*/, int iy, int ix) {
        const double v = from[place(in, c, iy, ix)];
        sum += v;
        most = std::max(most, v);
        ++count;
      });
      to[at] = max ? most : sum / count;
    });
    return to;
  }

  std::vector<double> batch_norm(const Layer& layer, const LayerWeights& w) {
    std::vector<double> to = value(layer.inputs[0]);
    for_each(layer.shape, [&](std::size_t at, int c, int /*y*/, int /*x*/) {
      const auto k = static_cast<std::size_t>(c);
      const double deviation = std::sqrt(static_cast<double>(w.variance[k]) + kBatchNormEpsilon);
      to[at] =
          (to[at] - static_cast<double>(w.mean[k])) / deviation * static_cast<double>(w.weight[k]) +
          static_cast<double>(w.bias[k]);
    });
    return to;
  }

  std::vector<double> linear(const Layer& layer, const LayerWeights& w) {
    const auto& from = value(layer.inputs[0]);
    std::vector<double> to(w.bias.begin(), w.bias.end());
    for (std::size_t o = 0; o < to.size(); ++o) {
      for (std::size_t i = 0; i < from.size(); ++i) {
        to[o] += static_cast<double>(w.weight[o * from.size() + i]) * from[i];
      }
    }
    return to;
  }

  std::vector<double> global_average(const Layer& layer) {
    const auto& from = value(layer.inputs[0]);
    const std::size_t points = from.size() / static_cast<std::size_t>(layer.shape.channels);
    std::vector<double> to(static_cast<std::size_t>(layer.shape.channels));
    for (std::size_t i = 0; i < from.size(); ++i) {
      to[i / points] += from[i] / static_cast<double>(points);
    }
    return to;
  }

  std::vector<double> sum(const Layer& layer) {
    std::vector<double> to(static_cast<std::size_t>(layer.shape.numbers()));
    for (const int input : layer.inputs) {
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += value(input)[i];
    }
    return to;
  }

  std::vector<double> concat(const Layer& layer) {
    std::vector<double> to;
    for (const int input : layer.inputs) {
      to.insert(to.end(), value(input).begin(), value(input).end());
    }
    return to;
  }

  std::vector<double> crop(const Layer& layer) {
    const Shape& in = shape(layer.inputs[0]);
    std::vector<double> to(static_cast<std::size_t>(layer.shape.numbers()));
    for_each(layer.shape, [&](std::size_t at, int c, int y, int x) {
      to[at] = value(layer.inputs[0])[place(in, c, y + 1, x + 1)];
    });
    return to;
  }

  std::vector<double> compute(std::size_t index) {
    const Layer& layer = network_.layers[index];
    const auto numbers = static_cast<std::size_t>(layer.shape.numbers());
    switch (layer.kind) {
      case LayerKind::kConvolution:
        return convolution(layer, weights_[index]);
      case LayerKind::kBatchNorm:
        return batch_norm(layer, weights_[index]);
      case LayerKind::kRelu: {
        std::vector<double> to = value(layer.inputs[0]);
        for (double& v : to) v = std::max(v, 0.0);
        return to;
      }
      case LayerKind::kMaxPool:
      case LayerKind::kAveragePool:
        return pool(layer);
      case LayerKind::kGlobalAverage:
        return global_average(layer);
      case LayerKind::kLinear:
        return linear(layer, weights_[index]);
      case LayerKind::kAdd:
        return sum(layer);
      case LayerKind::kConcat:
        return concat(layer);
      case LayerKind::kSlice: {
        const auto& from = value(layer.inputs[0]);
        return {from.begin(), from.begin() + static_cast<std::ptrdiff_t>(numbers)};
      }
      case LayerKind::kCrop:
        return crop(layer);
      case LayerKind::kZero:
        return std::vector<double>(numbers);
      case LayerKind::kInput:
      case LayerKind::kDropPath:
        break;
    }
    return value(layer.inputs.at(0));
  }

  const ImageNetwork& network_;
  const NetworkWeights& weights_;
  std::vector<std::vector<double>> values_;
};

}  // namespace dinas
