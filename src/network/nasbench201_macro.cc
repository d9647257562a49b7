// Layers are called what they are in the state of the authors' TinyNetwork.
#include "network/nasbench201_macro.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "network/network_builder.h"
#include "space/nasbench201.h"

namespace dinas {
namespace {

constexpr int kStages = 3;

int relu_conv_norm(NetworkBuilder& builder, int input, int channels, NetworkBuilder::Window window,
                   const std::string& name) {
  return builder.conv_norm(builder.relu(input), channels, window, name + ".op", 1);
}

int edge_operation(NetworkBuilder& builder, std::uint8_t op, int input, const std::string& name) {
  const int channels = builder.shape(input).channels;
  switch (op) {
    case kOpSkip:
      return input;
    case kOpConv1x1:
      return relu_conv_norm(builder, input, channels, {.kernel = 1}, name);
    case kOpConv3x3:
      return relu_conv_norm(builder, input, channels, {.kernel = 3, .padding = 1}, name);
    case kOpAvgPool:
      return builder.average_pool(input, {.kernel = 3, .padding = 1});
    default:
      return builder.zero(input);
  }
}

int cell(NetworkBuilder& builder, std::span<const std::uint8_t> ops, int input,
         const std::string& name) {
  std::array<int, kNasBench201Maps> maps = {input};
  for (std::size_t to = 1; to < maps.size(); ++to) {
    std::vector<int> terms;
    for (std::size_t e = 0; e < kNasBench201Edges.size(); ++e) {
      if (kNasBench201Edges[e].to != static_cast<int>(to)) continue;
      const int from = maps[static_cast<std::size_t>(kNasBench201Edges[e].from)];
      terms.push_back(edge_operation(builder, ops[e], from, fmt::format("{}.layers.{}", name, e)));
    }
    maps[to] = builder.add(terms);
  }
  return maps.back();
}

// ResNetBasicblock of stride 2.
int reduction(NetworkBuilder& builder, int input, int channels, const std::string& name) {
  const int odd = builder.shape(input).height % 2;
  const int first = relu_conv_norm(builder, input, channels,
                                   {.kernel = 3, .stride = 2, .padding = 1}, name + ".conv_a");
  const int second =
      relu_conv_norm(builder, first, channels, {.kernel = 3, .padding = 1}, name + ".conv_b");
  const int pooled = builder.average_pool(input, {.kernel = 2, .stride = 2, .padding = odd});
  const int shortcut =
      builder.named(builder.convolution(pooled, channels, {.kernel = 1}), name + ".downsample.1");
  return builder.add(std::array{shortcut, second});
}

}  // namespace

ImageNetwork nasbench201_network(std::span<const std::uint8_t> architecture, const Macro& macro) {
  NetworkBuilder builder({macro.image_channels, macro.image_size, macro.image_size});
  int channels = macro.channels;
  int x = 0;
  if (macro.stem) x = builder.conv_norm(0, channels, {.kernel = 3, .padding = 1}, "stem", 0);
  int number = 0;
  const auto next_name = [&number] { return fmt::format("cells.{}", number++); };
  for (int stage = 0; stage < kStages; ++stage) {
    if (stage > 0) x = reduction(builder, x, channels *= 2, next_name());
    for (int repeat = 0; repeat < macro.cells; ++repeat) {
      x = cell(builder, architecture, x, next_name());
    }
  }
  x = builder.relu(builder.named(builder.batch_norm(x), "lastact.0"));
  const int logits =
      builder.named(builder.linear(builder.global_average(x), macro.classes), "classifier");
  return std::move(builder).finish(logits);
}

}  // namespace dinas
