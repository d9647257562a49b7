// A network that classifies images, as a list of layers: what an architecture of an image space
// becomes when it is put into the benchmark's macro structure. Counting, timing and training all
// read this list; none of them knows a space.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dinas {

enum class LayerKind {
  kInput,          // the image
  kConvolution,    // square kernel, no bias
  kBatchNorm,      // affine, over the channels
  kRelu,           //
  kMaxPool,        // padding never wins
  kAveragePool,    // padding is not counted in the mean
  kGlobalAverage,  // the mean of every channel: height and width become 1
  kLinear,         // with bias; reads all numbers of its input
  kAdd,            // elementwise sum of inputs of one shape
  kConcat,         // of channels, in the order of the inputs
  kSlice,          // the first `channels` channels
  kCrop,           // without the first row and the first column
  kZero,           // zeros of its shape; the input gives nothing but the number of images
  kDropPath,       // training: the whole path of an image is left out now and then
};

struct Shape {
  int channels = 0;
  int height = 0;
  int width = 0;

  [[nodiscard]] std::int64_t numbers() const {
    return static_cast<std::int64_t>(channels) * height * width;
  }
  bool operator==(const Shape&) const = default;
};

struct Layer {
  LayerKind kind = LayerKind::kInput;
  std::vector<int> inputs{};  // earlier layers; one, but for input (none), add and concat
  Shape shape{};              // of what it puts out, for one image
  int kernel = 1;             // convolution and pools
  int stride = 1;             // convolution and pools
  int padding = 0;            // convolution and pools
  int dilation = 1;           // convolution
  int groups = 1;             // convolution: 1, or as many as it has channels
  std::string name{};         // with weights: what the benchmark's code calls it, docs/formats.md
};

/// Layers in an order in which they can be computed. The logits of the classes are the output.
struct ImageNetwork {
  std::vector<Layer> layers;
  int output = 0;      // the layer with the logits
  int auxiliary = -1;  // the layer with a second set of logits that helps training; -1: none

  [[nodiscard]] const Shape& input_shape() const { return layers.front().shape; }
  [[nodiscard]] int classes() const {
    return layers[static_cast<std::size_t>(output)].shape.channels;
  }
};

/// The network without the layers that its output does not depend on and without what only training
/// uses, the auxiliary head and drop path; a layer that is zero whatever the image becomes kZero, a
/// sum loses its zero terms. Computes the same logits with the same weights: the index in `network`
/// of every layer that is left is appended to `origins`.
ImageNetwork pruned(const ImageNetwork& network, std::vector<int>* origins = nullptr);

/// The same, but the auxiliary head and drop path stay.
ImageNetwork pruned_for_training(const ImageNetwork& network, std::vector<int>* origins = nullptr);

/// The same layers in the same places, but whoever read a ReLU, pool, slice or crop that equals an
/// earlier one (same input, same window) now reads the earlier one.
ImageNetwork with_shared_layers(ImageNetwork network);

/// [layers] Does the output, or the auxiliary output where asked for, depend on the layer?
std::vector<bool> needed_layers(const ImageNetwork& network, bool auxiliary);

}  // namespace dinas
