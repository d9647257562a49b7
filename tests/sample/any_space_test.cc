// An untrained network draws architectures from every space.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/random.h"
#include "engine/reference.h"
#include "model/parameters.h"
#include "sample/sampler.h"
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

class AnySpace : public testing::TestWithParam<std::string> {};

TEST_P(AnySpace, IsDrawnFromUnderMaskNoise) {
  const auto space =
      GetParam().ends_with(".toml") ? shipped_space(GetParam()) : find_space(GetParam());
  const Skeleton& skeleton = space->skeleton();
  const auto denoiser = make_reference_denoiser(random_model(skeleton), *space);
  SampleOptions options{.count = kCount, .seed = 6, .guidance = {}};
  options.guidance.weight = 0.0;
  for (const int steps : {0, 1}) {  // one variable a call, all in one
    options.steps = steps;
    const auto drawn = draw_architectures(skeleton, *denoiser, {}, {-1.0F}, options);
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

INSTANTIATE_TEST_SUITE_P(Spaces, AnySpace, testing::ValuesIn(spaces()), [](const auto& test) {
  return test.param.substr(0, test.param.find('.'));
});

}  // namespace
}  // namespace dinas
