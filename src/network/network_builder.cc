#include "network/network_builder.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace dinas {
namespace {

// Height or width of what slides over `size` points.
int slid(int size, const NetworkBuilder::Window& window) {
  const int reach = window.dilation * (window.kernel - 1) + 1;
  const int room = size + 2 * window.padding - reach;
  DINAS_CHECK(room >= 0);
  return room / window.stride + 1;
}

Layer windowed(LayerKind kind, int input, Shape shape, const NetworkBuilder::Window& window) {
  Layer layer{kind, {input}, shape};
  layer.kernel = window.kernel;
  layer.stride = window.stride;
  layer.padding = window.padding;
  layer.dilation = window.dilation;
  return layer;
}

Shape slid(const Shape& shape, int channels, const NetworkBuilder::Window& window) {
  return {channels, slid(shape.height, window), slid(shape.width, window)};
}

}  // namespace

NetworkBuilder::NetworkBuilder(Shape image) { append({LayerKind::kInput, {}, image}); }

int NetworkBuilder::convolution(int input, int channels, Window window, int groups) {
  const Shape& in = shape(input);
  DINAS_CHECK(groups == 1 || (groups == in.channels && groups == channels));
  Layer layer = windowed(LayerKind::kConvolution, input, slid(in, channels, window), window);
  layer.groups = groups;
  return append(std::move(layer));
}

int NetworkBuilder::batch_norm(int input) {
  return append({LayerKind::kBatchNorm, {input}, shape(input)});
}

int NetworkBuilder::relu(int input) { return append({LayerKind::kRelu, {input}, shape(input)}); }

int NetworkBuilder::max_pool(int input, Window window) {
  const Shape& in = shape(input);
  return append(windowed(LayerKind::kMaxPool, input, slid(in, in.channels, window), window));
}

int NetworkBuilder::average_pool(int input, Window window) {
  const Shape& in = shape(input);
  return append(windowed(LayerKind::kAveragePool, input, slid(in, in.channels, window), window));
}

int NetworkBuilder::global_average(int input) {
  return append({LayerKind::kGlobalAverage, {input}, {shape(input).channels, 1, 1}});
}

int NetworkBuilder::linear(int input, int outputs) {
  return append({LayerKind::kLinear, {input}, {outputs, 1, 1}});
}

int NetworkBuilder::add(std::span<const int> inputs) {
  DINAS_CHECK(!inputs.empty());
  if (inputs.size() == 1) return inputs.front();
  for (const int input : inputs) DINAS_CHECK(shape(input) == shape(inputs.front()));
  return append({LayerKind::kAdd, {inputs.begin(), inputs.end()}, shape(inputs.front())});
}

int NetworkBuilder::concat(std::span<const int> inputs) {
  DINAS_CHECK(!inputs.empty());
  if (inputs.size() == 1) return inputs.front();
  Shape sum{0, shape(inputs.front()).height, shape(inputs.front()).width};
  for (const int input : inputs) {
    const Shape& in = shape(input);
    DINAS_CHECK(in.height == sum.height && in.width == sum.width);
    sum.channels += in.channels;
  }
  return append({LayerKind::kConcat, {inputs.begin(), inputs.end()}, sum});
}

int NetworkBuilder::slice(int input, int channels) {
  const Shape& in = shape(input);
  DINAS_CHECK(channels <= in.channels);
  if (channels == in.channels) return input;
  return append({LayerKind::kSlice, {input}, {channels, in.height, in.width}});
}

int NetworkBuilder::crop(int input) {
  const Shape& in = shape(input);
  return append({LayerKind::kCrop, {input}, {in.channels, in.height - 1, in.width - 1}});
}

int NetworkBuilder::zero(int input, int stride) {
  const Shape& in = shape(input);
  const auto strided = [stride](int size) { return (size + stride - 1) / stride; };
  return append({LayerKind::kZero, {input}, {in.channels, strided(in.height), strided(in.width)}});
}

int NetworkBuilder::drop_path(int input) {
  return append({LayerKind::kDropPath, {input}, shape(input)});
}

int NetworkBuilder::named(int layer, std::string name) {
  network_.layers.at(static_cast<std::size_t>(layer)).name = std::move(name);
  return layer;
}

int NetworkBuilder::conv_norm(int input, int channels, Window window, const std::string& name,
                              int at) {
  const int x = named(convolution(input, channels, window), fmt::format("{}.{}", name, at));
  return named(batch_norm(x), fmt::format("{}.{}", name, at + 1));
}

const Shape& NetworkBuilder::shape(int layer) const {
  return network_.layers.at(static_cast<std::size_t>(layer)).shape;
}

ImageNetwork NetworkBuilder::finish(int output, int auxiliary) && {
  network_.output = output;
  network_.auxiliary = auxiliary;
  return std::move(network_);
}

int NetworkBuilder::append(Layer layer) {
  const Shape& shape = layer.shape;
  DINAS_CHECK(shape.channels > 0 && shape.height > 0 && shape.width > 0);
  network_.layers.push_back(std::move(layer));
  return static_cast<int>(network_.layers.size()) - 1;
}

}  // namespace dinas
