#include "network/darts_macro.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "network/network_builder.h"
#include "space/darts_cell.h"

namespace dinas {
namespace {

// Layers are called what they are in the state of the authors' modules.
class Darts {
 public:
  explicit Darts(const Macro& macro)
      : macro_(macro), builder_({macro.image_channels, macro.image_size, macro.image_size}) {}

  ImageNetwork network(const DartsGenotype& genotype) && {
    auto [older, newer] = macro_.imagenet ? imagenet_stem() : cifar_stem();
    int channels = macro_.channels;
    int auxiliary = -1;
    bool shrunk = macro_.imagenet;  // is `older` larger than `newer`?
    for (int k = 0; k < macro_.cells; ++k) {
      const bool reduction = k == macro_.cells / 3 || k == 2 * macro_.cells / 3;
      if (reduction) channels *= 2;
      const int out = cell(reduction ? genotype.reduce : genotype.normal, older, newer, channels,
                           shrunk, reduction, fmt::format("cells.{}.", k));
      older = std::exchange(newer, out);
      shrunk = reduction;
      if (macro_.auxiliary && k == 2 * macro_.cells / 3) auxiliary = auxiliary_head(out);
    }
    const int logits = builder_.named(
        builder_.linear(builder_.global_average(newer), macro_.classes), "classifier");
    return std::move(builder_).finish(logits, auxiliary);
  }

 private:
  using Window = NetworkBuilder::Window;

  // What the first cell takes for the outputs of the two cells before it.
  std::pair<int, int> cifar_stem() {
    if (!macro_.stem) return {0, 0};
    const int stem =
        builder_.conv_norm(0, 3 * macro_.channels, {.kernel = 3, .padding = 1}, "stem", 0);
    return {stem, stem};
  }

  std::pair<int, int> imagenet_stem() {
    const Window halving{.kernel = 3, .stride = 2, .padding = 1};
    const int first =
        builder_.relu(builder_.conv_norm(0, macro_.channels / 2, halving, "stem0", 0));
    const int second = builder_.conv_norm(first, macro_.channels, halving, "stem0", 3);
    return {second,
            builder_.conv_norm(builder_.relu(second), macro_.channels, halving, "stem1", 1)};
  }

  int relu_conv_norm(int input, int channels, const std::string& name) {
    return builder_.conv_norm(builder_.relu(input), channels, {.kernel = 1}, name + ".op", 1);
  }

  // FactorizedReduce: half of the channels from the even points, half from the odd ones.
  int factorized_reduce(int input, int channels, const std::string& name) {
    const Window window{.kernel = 1, .stride = 2};
    const int positive = builder_.relu(input);
    const int even =
        builder_.named(builder_.convolution(positive, channels / 2, window), name + ".conv_1");
    const int odd = builder_.named(
        builder_.convolution(builder_.crop(positive), channels / 2, window), name + ".conv_2");
    return builder_.named(builder_.batch_norm(builder_.concat(std::array{even, odd})),
                          name + ".bn");
  }

  // ReLU, depthwise and pointwise convolution, BatchNorm: entries of the sequence `name`, the
  // first convolution at `at`.
  int separable(int input, Window depthwise, const std::string& name, int at) {
    const int channels = builder_.shape(input).channels;
    const int x =
        builder_.named(builder_.convolution(builder_.relu(input), channels, depthwise, channels),
                       fmt::format("{}.{}", name, at));
    return builder_.conv_norm(x, channels, {.kernel = 1}, name, at + 1);
  }

  int separable_twice(int input, int kernel, int stride, const std::string& name) {
    const int padding = kernel / 2;
    const int x = separable(input, {kernel, stride, padding}, name, 1);
    return separable(x, {kernel, 1, padding}, name, 5);
  }

  // Drop path spares what passes its input on.
  int operation(DartsOp op, int input, int stride, const std::string& name) {
    const Window pooling{.kernel = 3, .stride = stride, .padding = 1};
    switch (op) {
      case DartsOp::kMaxPool3:
        return builder_.drop_path(builder_.max_pool(input, pooling));
      case DartsOp::kAvgPool3:
        return builder_.drop_path(builder_.average_pool(input, pooling));
      case DartsOp::kSkip:
        if (stride == 1) return input;
        return builder_.drop_path(factorized_reduce(input, builder_.shape(input).channels, name));
      case DartsOp::kSepConv3:
        return builder_.drop_path(separable_twice(input, 3, stride, name + ".op"));
      case DartsOp::kSepConv5:
        return builder_.drop_path(separable_twice(input, 5, stride, name + ".op"));
      case DartsOp::kDilConv3:
        return builder_.drop_path(separable(input, {3, stride, 2, 2}, name + ".op", 1));
      case DartsOp::kDilConv5:
        return builder_.drop_path(separable(input, {5, stride, 4, 2}, name + ".op", 1));
      default:
        return builder_.zero(input, stride);
    }
  }

  int cell(const DartsCell& cell, int older, int newer, int channels, bool shrunk, bool reduction,
           const std::string& name) {
    std::array<int, 6> values{};
    values[0] = shrunk ? factorized_reduce(older, channels, name + "preprocess0")
                       : relu_conv_norm(older, channels, name + "preprocess0");
    values[1] = relu_conv_norm(newer, channels, name + "preprocess1");
    for (std::size_t k = 0; k < cell.size(); ++k) {
      std::array<int, 2> terms{};
      for (std::size_t i = 0; i < terms.size(); ++i) {
        const std::uint8_t input = cell[k].inputs[i];
        terms[i] = operation(cell[k].ops[i], values[input], reduction && input < 2 ? 2 : 1,
                             fmt::format("{}_ops.{}", name, 2 * k + i));
      }
      values[k + 2] = builder_.add(terms);
    }
    return builder_.concat(std::span(values).subspan(2));
  }

  // AuxiliaryHeadCIFAR and AuxiliaryHeadImageNet; the latter has lost its second BatchNorm to a
  // slip that the authors keep, because their figures were measured with it.
  int auxiliary_head(int input) {
    const Window pooling{.kernel = 5, .stride = macro_.imagenet ? 2 : 3};
    const std::string name = "auxiliary_head.features";
    int x = builder_.average_pool(builder_.relu(input), pooling);
    x = builder_.relu(builder_.conv_norm(x, 128, {.kernel = 1}, name, 2));
    x = builder_.named(builder_.convolution(x, 768, {.kernel = 2}), name + ".5");
    if (!macro_.imagenet) x = builder_.named(builder_.batch_norm(x), name + ".6");
    return builder_.named(builder_.linear(builder_.relu(x), macro_.classes),
                          "auxiliary_head.classifier");
  }

  Macro macro_;
  NetworkBuilder builder_;
};

}  // namespace

ImageNetwork darts_network(std::span<const std::uint8_t> architecture, const Macro& macro) {
  return Darts(macro).network(darts_decode(architecture));
}

}  // namespace dinas
