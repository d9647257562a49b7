// An untrained network draws architectures from every space.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>

#include "engine/reference.h"
#include "sample/sampler.h"
#include "sample/support.h"
#include "support/random_model.h"

namespace dinas {
namespace {

constexpr std::size_t kCount = 300;

constexpr DenoiserConfig kSmall{.width = 8,
                                .layers = 1,
                                .heads = 2,
                                .feed_forward = 8,
                                .edge_width = 4,
                                .fourier = 2,
                                .condition = 8,
                                .time_input = false};

class AnySpace : public testing::TestWithParam<std::tuple<std::string, Noise>> {};

TEST_P(AnySpace, IsDrawnFrom) {
  const auto& [name, noise] = GetParam();
  const auto space = any_space(name);
  const Skeleton& skeleton = space->skeleton();
  const ReverseProcess process = process_of(noise, skeleton);
  const auto denoiser = make_reference_denoiser(random_model(kSmall, skeleton, 1), *space);
  SampleOptions options{.count = kCount, .seed = 6, .guidance = {}};
  options.guidance.weight = 0.0;
  // All variables in one call; and one a call, or a few calls that move all.
  for (const int steps : {1, noise == Noise::kMask ? 0 : 3}) {
    options.steps = steps;
    const auto drawn =
        draw_architectures(skeleton, *denoiser, process, {-1.0F}, options).architectures;
    ASSERT_EQ(drawn.size(), kCount);
    std::set<Architecture> distinct;
    for (const Architecture& a : drawn) {
      ASSERT_TRUE(is_valid(skeleton, a));
      std::string why;
      EXPECT_EQ(space->parse(space->print(a), why), a) << space->print(a) << ": " << why;
      distinct.insert(a);
    }
    // Not a few architectures again and again.
    EXPECT_GT(distinct.size(), kCount / 4);
  }
}

std::string case_name(const testing::TestParamInfo<AnySpace::ParamType>& test) {
  const auto& [name, noise] = test.param;
  return test_name(name) + "_" + std::string(noise_name(noise));
}

INSTANTIATE_TEST_SUITE_P(Spaces, AnySpace,
                         testing::Combine(testing::ValuesIn(every_space()),
                                          testing::Values(Noise::kMask, Noise::kMarginal,
                                                          Noise::kUniform)),
                         case_name);

}  // namespace
}  // namespace dinas
