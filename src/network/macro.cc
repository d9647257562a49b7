#include "network/macro.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/error.h"
#include "network/darts_macro.h"
#include "network/nasbench101_macro.h"
#include "network/nasbench201_macro.h"
#include "space/nasbench101_cell.h"

namespace dinas {
namespace {

// Beyond every network anyone has built; keeps all shapes far from the limits of int.
constexpr int kLargestSize = 4096;

void need_size(std::string_view what, int value, int least) {
  if (value >= least && value <= kLargestSize) return;
  throw UsageError(fmt::format("a network has {} to {} {}, not {}: choose another number", least,
                               kLargestSize, what, value));
}

// The values of the benchmark where nothing is said.
Macro filled(Macro macro, const Macro& benchmark) {
  if (macro.channels == 0) macro.channels = benchmark.channels;
  if (macro.cells == 0) macro.cells = benchmark.cells;
  if (macro.image_size == 0) macro.image_size = benchmark.image_size;
  if (macro.classes == 0) macro.classes = benchmark.classes;
  need_size("channels", macro.channels, 1);
  need_size("cells", macro.cells, 1);
  need_size("points along an image", macro.image_size, 1);
  need_size("channels of an image", macro.image_channels, 1);
  need_size("classes", macro.classes, 1);
  return macro;
}

void refuse_darts_options(const Space& space, const Macro& macro) {
  if (!macro.imagenet && !macro.auxiliary) return;
  throw UsageError(fmt::format(
      "the network of {} has neither an ImageNet stem nor an auxiliary head: these belong to darts",
      space.name()));
}

ImageNetwork build_nasbench201(const Space& space, std::span<const std::uint8_t> architecture,
                               const Macro& macro) {
  refuse_darts_options(space, macro);
  return nasbench201_network(
      architecture, filled(macro, {.channels = 16, .cells = 5, .image_size = 32, .classes = 10}));
}

ImageNetwork build_nasbench101(const Space& space, std::span<const std::uint8_t> architecture,
                               const Macro& macro) {
  refuse_darts_options(space, macro);
  const Macro full = filled(macro, {.channels = 128, .cells = 3, .image_size = 32, .classes = 10});
  need_size("channels", full.channels, kNasBench101Inner);
  return nasbench101_network(architecture, full);
}

ImageNetwork build_darts(const Space& /*space*/, std::span<const std::uint8_t> architecture,
                         const Macro& macro) {
  const Macro full =
      macro.imagenet
          ? filled(macro, {.channels = 48, .cells = 14, .image_size = 224, .classes = 1000})
          : filled(macro, {.channels = 36, .cells = 20, .image_size = 32, .classes = 10});
  if (full.imagenet && !full.stem) {
    throw UsageError("the ImageNet network of darts begins with its stem: leave one of them out");
  }
  need_size("cells", full.cells, 3);  // with fewer all are reductions
  const int halvings = full.imagenet ? 32 : 4;
  if (full.image_size % halvings != 0) {
    throw UsageError(fmt::format(
        "the images of this darts network need a side that is a multiple of {}, not {}: choose "
        "another size",
        halvings, full.image_size));
  }
  if (full.imagenet && full.channels % 2 != 0) {
    throw UsageError(
        fmt::format("the ImageNet network of darts needs an even number of channels, not "
                    "{}: choose another number",
                    full.channels));
  }
  // The head pools 5x5 points and convolves 2x2 of what is left.
  const int least = full.imagenet ? 224 : 32;
  if (full.auxiliary && full.image_size < least) {
    throw UsageError(
        fmt::format("the auxiliary head of darts needs images of at least {} points a "
                    "side, not {}: choose larger images or no head",
                    least, full.image_size));
  }
  return darts_network(architecture, full);
}

struct Kind {
  std::string_view space;
  ImageNetwork (*build)(const Space&, std::span<const std::uint8_t>, const Macro&);
};
constexpr std::array<Kind, 3> kKinds = {{{"nasbench201", build_nasbench201},
                                         {"nasbench101", build_nasbench101},
                                         {"darts", build_darts}}};

const Kind* kind_of(const Space& space) {
  for (const Kind& kind : kKinds) {
    if (kind.space == space.name()) return &kind;
  }
  return nullptr;
}

}  // namespace

bool has_network(const Space& space) { return kind_of(space) != nullptr; }

ImageNetwork build_network(const Space& space, std::span<const std::uint8_t> architecture,
                           const Macro& macro) {
  const Kind* kind = kind_of(space);
  if (kind == nullptr) {
    throw UsageError(
        fmt::format("no network of images is known for the space {}: expected nasbench201, "
                    "nasbench101 or darts",
                    space.name()));
  }
  const auto& variables = space.skeleton().variables;
  bool values_exist = architecture.size() == variables.size();
  for (std::size_t v = 0; values_exist && v < variables.size(); ++v) {
    values_exist = architecture[v] < variables[v].size();
  }
  if (!values_exist || !is_valid(space.skeleton(), architecture)) {
    throw UsageError(
        fmt::format("expected an architecture of {} to build a network of, found {} values "
                    "that are none: check where they come from",
                    space.name(), architecture.size()));
  }
  return kind->build(space, architecture, macro);
}

}  // namespace dinas
