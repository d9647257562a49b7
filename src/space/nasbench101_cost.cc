#include "space/nasbench101_cost.h"

#include <algorithm>

namespace dinas {
namespace {

constexpr std::int64_t kStemChannels = 128;
constexpr std::int64_t kImageSide = 32;
constexpr std::int64_t kImageChannels = 3;
constexpr std::int64_t kClasses = 10;
constexpr int kStacks = 3;
constexpr int kCellsPerStack = 3;

// A convolution with batch norm and ReLU on maps of side * side points.
void add_convolution(std::int64_t kernel, std::int64_t from, std::int64_t to, std::int64_t side,
                     NasBench101Cost& cost) {
  const std::int64_t weights = kernel * kernel * from * to;
  cost.params += weights + 2 * to;
  cost.macs += weights * side * side;
}

// The input reaches a node through a 1x1 convolution; the other inputs are cut to the channels of
// the node and added, which costs nothing.
void add_cell(const NasBench101Cell& cell, std::int64_t input, std::int64_t output,
              std::int64_t side, NasBench101Cost& cost) {
  const auto channels = nasbench101_channels(cell, input, output);
  for (int node = 1; node < cell.nodes; ++node) {
    const auto i = static_cast<std::size_t>(node);
    if (cell.joined(0, node)) add_convolution(1, input, channels[i], side, cost);
    if (node == cell.output() || cell.label[i] == kCodeMaxPool) continue;
    add_convolution(cell.label[i] == kCodeConv3x3 ? 3 : 1, channels[i], channels[i], side, cost);
  }
}

}  // namespace

std::array<std::int64_t, kNasBench101Nodes> nasbench101_channels(const NasBench101Cell& cell,
                                                                 std::int64_t input,
                                                                 std::int64_t output) {
  std::array<std::int64_t, kNasBench101Nodes> channels{};
  channels[0] = input;
  channels[static_cast<std::size_t>(cell.output())] = output;
  std::int64_t feeding = 0;
  for (int node = 1; node < cell.output(); ++node) feeding += cell.joined(node, cell.output());
  std::int64_t remainder = feeding == 0 ? 0 : output % feeding;
  for (int node = 1; node < cell.output(); ++node) {
    if (!cell.joined(node, cell.output())) continue;
    channels[static_cast<std::size_t>(node)] = output / feeding + (remainder > 0 ? 1 : 0);
    if (remainder > 0) --remainder;
  }
  for (int node = cell.output() - 1; node > 0; --node) {
    if (cell.joined(node, cell.output())) continue;
    for (int to = node + 1; to < cell.output(); ++to) {
      if (!cell.joined(node, to)) continue;
      auto& most = channels[static_cast<std::size_t>(node)];
      most = std::max(most, channels[static_cast<std::size_t>(to)]);
    }
  }
  return channels;
}

NasBench101Cost nasbench101_cost(const NasBench101Cell& cell) {
  NasBench101Cost cost;
  std::int64_t side = kImageSide;
  add_convolution(3, kImageChannels, kStemChannels, side, cost);
  std::int64_t input = kStemChannels;
  std::int64_t output = kStemChannels;
  for (int stack = 0; stack < kStacks; ++stack) {
    if (stack > 0) {
      side /= 2;
      output *= 2;
    }
    for (int repeat = 0; repeat < kCellsPerStack; ++repeat) {
      add_cell(cell, input, output, side, cost);
      input = output;
    }
  }
  cost.params += (output + 1) * kClasses;
  cost.macs += output * kClasses;
  return cost;
}

int nasbench101_depth(const NasBench101Cell& cell) {
  std::array<int, kNasBench101Nodes> depth{};
  for (int to = 1; to < cell.nodes; ++to) {
    int& longest = depth[static_cast<std::size_t>(to)];
    for (int from = 0; from < to; ++from) {
      if (cell.joined(from, to)) {
        longest = std::max(longest, depth[static_cast<std::size_t>(from)] + 1);
      }
    }
  }
  return depth[static_cast<std::size_t>(cell.output())];
}

}  // namespace dinas
