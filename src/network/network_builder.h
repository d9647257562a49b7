// Puts layers together and works out their shapes.
#pragma once

#include <span>
#include <string>

#include "network/image_network.h"

namespace dinas {

/// Every function appends a layer and returns its index, which later layers name as their input.
/// Shapes that do not fit are a defect of the caller's (assert).
class NetworkBuilder {
 public:
  explicit NetworkBuilder(Shape image);

  /// What slides over the points of a layer.
  struct Window {
    int kernel = 1;
    int stride = 1;
    int padding = 0;
    int dilation = 1;
  };
  int convolution(int input, int channels, Window window, int groups = 1);
  int batch_norm(int input);
  int relu(int input);
  int max_pool(int input, Window window);
  int average_pool(int input, Window window);
  int global_average(int input);
  int linear(int input, int outputs);
  int add(std::span<const int> inputs);  // of one layer: that layer
  int concat(std::span<const int> inputs);
  int slice(int input, int channels);  // of all channels: the layer itself
  int crop(int input);
  int zero(int input, int stride = 1);  // of the input's channels, at its size / `stride`
  int drop_path(int input);

  /// Names a layer, and returns its index.
  int named(int layer, std::string name);
  /// A convolution and its BatchNorm, entries `at` and `at` + 1 of the sequence called `name`.
  int conv_norm(int input, int channels, Window window, const std::string& name, int at);

  [[nodiscard]] const Shape& shape(int layer) const;

  /// The network whose logits are `output`.
  ImageNetwork finish(int output, int auxiliary = -1) &&;

 private:
  int append(Layer layer);

  ImageNetwork network_;
};

}  // namespace dinas
