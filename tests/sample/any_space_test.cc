// An untrained network draws architectures from every space.
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <tuple>

#include "base/random.h"
#include "engine/reference.h"
#include "model/parameters.h"
#include "sample/sampler.h"
#include "sample/support.h"
#include "support/spaces.h"

namespace dinas {
namespace {

constexpr std::size_t kCount = 300;

std::vector<std::string> spaces() {
  std::vector<std::string> names = space_names();
  for (const auto* file : {"enas.toml", "mobilenet_chain.toml", "nasbench_graph.toml"}) {
    names.emplace_back(file);
  }
  return names;
}

// Every parameter random, those that start at zero included; scales keep logits of order one.
Model random_model(const Skeleton& skeleton) {
  Model model;
  model.config.denoiser = {.width = 8,
                           .layers = 1,
                           .heads = 2,
                           .feed_forward = 8,
                           .edge_width = 4,
                           .fourier = 2,
                           .condition = 8,
                           .time_input = false};
  model.config.metrics.resize(1);
  RandomStream stream(8, Purpose::kCheck);
  for (const auto& info : fast_parameters(model.config.denoiser, skeleton, 1)) {
    Tensor tensor{info.shape, {}};
    const double fan = info.shape.size() == 2 ? static_cast<double>(info.shape[0]) : 4.0;
    for (std::int64_t i = 0; i < element_count(info.shape); ++i) {
      tensor.data.push_back(static_cast<float>(stream.normal() / std::sqrt(fan)));
    }
    model.weights.emplace(info.name, tensor);
  }
  return model;
}

class AnySpace : public testing::TestWithParam<std::tuple<std::string, Noise>> {};

TEST_P(AnySpace, IsDrawnFrom) {
  const auto& [name, noise] = GetParam();
  const auto space = name.ends_with(".toml") ? shipped_space(name) : find_space(name);
  const Skeleton& skeleton = space->skeleton();
  const ReverseProcess process = process_of(noise, skeleton);
  const auto denoiser = make_reference_denoiser(random_model(skeleton), *space);
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
  return name.substr(0, name.find('.')) + "_" + std::string(noise_name(noise));
}

INSTANTIATE_TEST_SUITE_P(Spaces, AnySpace,
                         testing::Combine(testing::ValuesIn(spaces()),
                                          testing::Values(Noise::kMask, Noise::kMarginal,
                                                          Noise::kUniform)),
                         case_name);

}  // namespace
}  // namespace dinas
