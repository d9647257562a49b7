#include "network/macro.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "network/counts.h"
#include "support/networks.h"

namespace dinas {
namespace {

std::string problem(const std::string& name, const std::string& text, const Macro& macro) {
  const auto space = find_space(name);
  try {
    build_network(*space, architecture_of(*space, text), macro);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

const std::string kSkips =
    "|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|"
    "skip_connect~1|skip_connect~2|";

TEST(Macro, SpacesWithANetwork) {
  for (const std::string& name : space_names()) {
    const bool expected = name == "nasbench201" || name == "nasbench101" || name == "darts";
    EXPECT_EQ(has_network(*find_space(name)), expected) << name;
  }
  const auto other = find_space("nasbench_nlp");
  EXPECT_THROW(build_network(*other, {}, {}), Error);
}

TEST(Macro, SizesAreTheCallers) {
  const auto space = find_space("nasbench201");
  const ImageNetwork network = build_network(
      *space, architecture_of(*space, kSkips),
      {.channels = 8, .cells = 1, .image_size = 14, .image_channels = 1, .classes = 7});
  EXPECT_EQ(network.input_shape(), (Shape{1, 14, 14}));
  EXPECT_EQ(network.classes(), 7);
  // Stem; 8 -> 16 and 16 -> 32 twice 3x3 and once 1x1; BatchNorms; linear.
  EXPECT_EQ(count(network).params,
            72 + 16 + (1152 + 2304 + 64 + 128) + (4608 + 9216 + 128 + 512) + 64 + 7 * 33);
}

// A cell without weights on the image itself: the reductions 1 -> 2 -> 4 and the classifier.
TEST(Macro, WithoutAStem) {
  const auto space = find_space("nasbench201");
  const Macro thin{.channels = 1, .cells = 1, .image_size = 3, .image_channels = 1, .stem = false};
  const ImageNetwork network = build_network(*space, architecture_of(*space, kSkips), thin);
  EXPECT_EQ(count(network).params, (18 + 36 + 8 + 2) + (72 + 144 + 16 + 8) + 8 + 10 * 5);
  const auto darts = find_space("darts");
  Macro small{.channels = 1, .cells = 3, .image_size = 4, .image_channels = 1};
  const auto params = [&] {
    return count(build_network(*darts, architecture_of(*darts, kDartsV2), small)).params;
  };
  const auto with_stem = params();
  small.stem = false;
  // Convolution and BatchNorm of the stem, whose 3 channels the first cell reads twice and the
  // second once, with 1 and 2 channels of their own.
  EXPECT_EQ(with_stem - params(), 27 + 6 + 2 * 2 + 2 * 2);
}

TEST(Macro, SizesThatCannotBe) {
  EXPECT_NE(problem("nasbench201", kSkips, {.channels = -1}).find("1 to 4096 channels, not -1"),
            std::string::npos);
  EXPECT_NE(problem("nasbench201", kSkips, {.classes = 5000}).find("classes, not 5000"),
            std::string::npos);
  EXPECT_NE(problem("nasbench201", kSkips, {.image_channels = 0}).find("channels of an image"),
            std::string::npos);
  EXPECT_NE(problem("nasbench201", kSkips, {.auxiliary = true}).find("belong to darts"),
            std::string::npos);
  const std::string nasbench101 = "100000000000000000000 1 5 0 0 0 0 0";
  EXPECT_NE(problem("nasbench201", kSkips, {.imagenet = true}).find("belong to darts"),
            std::string::npos);
  EXPECT_NE(problem("nasbench101", nasbench101, {.imagenet = true}).find("belong to darts"),
            std::string::npos);
  EXPECT_NE(problem("nasbench101", nasbench101, {.auxiliary = true}).find("belong to darts"),
            std::string::npos);
  EXPECT_NE(problem("darts", kDartsV2, {.imagenet = true, .stem = false}).find("its stem"),
            std::string::npos);
  EXPECT_NE(problem("darts", kDartsV2, {.image_size = 30}).find("multiple of 4, not 30"),
            std::string::npos);
  EXPECT_NE(problem("darts", kDartsV2, {.channels = 7, .imagenet = true}).find("even"),
            std::string::npos);
  EXPECT_NE(problem("darts", kDartsV2, {.image_size = 16, .auxiliary = true}).find("at least 32"),
            std::string::npos);
  EXPECT_NE(problem("nasbench101", nasbench101, {.channels = 4}), "accepted");
  EXPECT_EQ(problem("nasbench201", kSkips, {.cells = 1, .image_size = 1}), "accepted");
  EXPECT_EQ(problem("darts", kDartsV2, {.channels = 1, .cells = 3, .image_size = 4}), "accepted");
  EXPECT_NE(problem("darts", kDartsV2, {.channels = 1, .cells = 2, .image_size = 4}), "accepted");
}

TEST(Macro, OnlyArchitecturesOfTheSpace) {
  const auto space = find_space("nasbench201");
  EXPECT_THROW(build_network(*space, Architecture{1, 2, 3}, {}), Error);
  EXPECT_THROW(build_network(*space, Architecture{1, 2, 3, 4, 5, 1}, {}), Error);
  EXPECT_THROW(build_network(*find_space("nasbench101"), Architecture(26, 0), {}), Error);
}

}  // namespace
}  // namespace dinas
