#include "network/nasbench101_macro.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/index.h"
#include "network/network_builder.h"
#include "space/nasbench101_cell.h"
#include "space/nasbench101_cost.h"

namespace dinas {
namespace {

constexpr int kStacks = 3;

int conv_norm_relu(NetworkBuilder& builder, int input, int channels, int kernel,
                   const std::string& name) {
  const NetworkBuilder::Window window{.kernel = kernel, .padding = kernel / 2};
  return builder.relu(builder.conv_norm(input, channels, window, name, 0));
}

int vertex_operation(NetworkBuilder& builder, std::uint8_t code, int input,
                     const std::string& name) {
  if (code == kCodeMaxPool) return builder.max_pool(input, {.kernel = 3, .padding = 1});
  return conv_norm_relu(builder, input, builder.shape(input).channels, code == kCodeConv3x3 ? 3 : 1,
                        name);
}

// build_module: the output is the concatenation of the nodes that feed it, plus the cell's input
// where that feeds it as well.
int module(NetworkBuilder& builder, const NasBench101Cell& cell, int input, int output_channels,
           const std::string& name) {
  const auto channels = nasbench101_channels(cell, builder.shape(input).channels, output_channels);
  const auto channels_of = [&](int node) { return static_cast<int>(channels[at(node)]); };
  std::array<int, kNasBench101Nodes> value{};
  std::vector<int> feeding;
  for (int node = 1; node < cell.output(); ++node) {
    std::vector<int> terms;
    for (int from = 1; from < node; ++from) {
      if (cell.joined(from, node)) {
        terms.push_back(builder.slice(value[at(from)], channels_of(node)));
      }
    }
    if (cell.joined(0, node)) {
      terms.push_back(conv_norm_relu(builder, input, channels_of(node), 1,
                                     fmt::format("{}.inputs.{}", name, node)));
    }
    value[at(node)] = vertex_operation(builder, cell.label[at(node)], builder.add(terms),
                                       fmt::format("{}.vertices.{}", name, node));
    if (cell.joined(node, cell.output())) feeding.push_back(value[at(node)]);
  }
  std::vector<int> terms;
  if (!feeding.empty()) terms.push_back(builder.concat(feeding));
  if (cell.joined(0, cell.output())) {
    terms.push_back(conv_norm_relu(builder, input, output_channels, 1,
                                   fmt::format("{}.inputs.{}", name, cell.output())));
  }
  return builder.add(terms);
}

}  // namespace

ImageNetwork nasbench101_network(std::span<const std::uint8_t> architecture, const Macro& macro) {
  const NasBench101Cell cell = nasbench101_cell(architecture);
  NetworkBuilder builder({macro.image_channels, macro.image_size, macro.image_size});
  int channels = macro.channels;
  int x = macro.stem ? conv_norm_relu(builder, 0, channels, 3, "stem") : 0;
  for (int stack = 0; stack < kStacks; ++stack) {
    if (stack > 0) {
      // TensorFlow's "same" pooling covers an odd side with one point of padding.
      const int odd = builder.shape(x).height % 2;
      x = builder.max_pool(x, {.kernel = 2, .stride = 2, .padding = odd});
      channels *= 2;
    }
    for (int repeat = 0; repeat < macro.cells; ++repeat) {
      x = module(builder, cell, x, channels, fmt::format("cells.{}", stack * macro.cells + repeat));
    }
  }
  const int logits =
      builder.named(builder.linear(builder.global_average(x), macro.classes), "classifier");
  return std::move(builder).finish(logits);
}

}  // namespace dinas
