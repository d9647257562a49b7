#include "torch/fast_denoiser.h"

#include <gtest/gtest.h>

#include "engine/check.h"
#include "engine/reference.h"
#include "support/random_model.h"

namespace dinas {
namespace {

constexpr std::size_t kCheckedGraphs = 300;

void expect_agreement(const Space& space, const DenoiserConfig& config) {
  const Skeleton& skeleton = space.skeleton();
  const Model model = random_model(config, skeleton, 2);
  const CheckInputs inputs = random_check_inputs(skeleton, 2, kCheckedGraphs);
  const auto expected = check_logits(*make_reference_denoiser(model, space), skeleton, inputs, 2);
  const auto denoiser = make_torch_fast_denoiser(model, space, 1);
  EXPECT_EQ(denoiser->reads_time(), config.time_input);
  const Differences differences =
      compare_logits(skeleton, expected, check_logits(*denoiser, skeleton, inputs, 1));
  EXPECT_LT(differences.worst_relative, kTorchTolerance);
  EXPECT_GT(differences.largest_logit, 0.1);
}

class TorchFastDenoiser : public testing::TestWithParam<std::string> {};

TEST_P(TorchFastDenoiser, AgreesWithTheReference) {
  const auto space = any_space(GetParam());
  expect_agreement(*space, {});
  expect_agreement(*space, {.width = 21,
                            .layers = 2,
                            .heads = 3,
                            .feed_forward = 13,
                            .edge_width = 5,
                            .fourier = 3,
                            .condition = 9,
                            .time_input = true});
}

INSTANTIATE_TEST_SUITE_P(Spaces, TorchFastDenoiser, testing::ValuesIn(every_space_and_toy()),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace dinas
