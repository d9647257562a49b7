// Marginal and uniform noise under rules: what comes out raw, and what repair makes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sample/sampler.h"
#include "sample/support.h"
#include "support/ruled_skeletons.h"

namespace dinas {
namespace {

class RepairedSamples : public testing::TestWithParam<Noise> {
 protected:
  RepairedSamples() {
    process_.noise = GetParam();
    for (const Variable& v : ruled_.skeleton.variables) {
      process_.marginals.emplace_back(static_cast<std::size_t>(v.size()), 1.0 / v.size());
    }
  }

  std::vector<Architecture> draw(SampleOptions options) const {
    return draw_architectures(ruled_.skeleton, denoiser_, process_, {-1.0F}, options);
  }
  [[nodiscard]] std::uint64_t invalid(const std::vector<Architecture>& samples) const {
    std::uint64_t count = 0;
    for (const Architecture& a : samples) count += is_valid(ruled_.skeleton, a) ? 0 : 1;
    return count;
  }

  Ruled ruled_ = dependent_chain();
  ReverseProcess process_;
  FixedDenoiser denoiser_{ruled_.skeleton, 1.0, 1.0};
  SampleOptions options_{.count = 400, .first_item = 70, .seed = 3, .steps = 6, .guidance = {}};
};

TEST_P(RepairedSamples, AreAllValidAndTheValidOnesAreLeftAlone) {
  const auto raw = draw(options_);
  const std::uint64_t broken = invalid(raw);
  ASSERT_GT(broken, 50U);  // this noise knows no rules
  ASSERT_LT(broken, 400U);
  auto repaired = raw;
  EXPECT_EQ(repair_architectures(ruled_.skeleton, options_, repaired), broken);
  EXPECT_EQ(invalid(repaired), 0U);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    EXPECT_EQ(repaired[i] == raw[i], is_valid(ruled_.skeleton, raw[i])) << i;
  }
  EXPECT_EQ(repair_architectures(ruled_.skeleton, options_, repaired), 0U);
}

TEST_P(RepairedSamples, DependOnTheItemAlone) {
  auto together = draw(options_);
  repair_architectures(ruled_.skeleton, options_, together);
  for (const int threads : {1, 2}) {
    for (const std::size_t batch : {1U, 33U}) {
      SampleOptions options = options_;
      options.threads = threads;
      options.batch = batch;
      auto again = draw(options);
      repair_architectures(ruled_.skeleton, options, again);
      EXPECT_EQ(again, together) << threads << " " << batch;
    }
  }
  SampleOptions single = options_;
  single.count = 1;
  for (std::uint32_t i = 0; i < 40; ++i) {
    single.first_item = options_.first_item + i;
    auto one = draw(single);
    repair_architectures(ruled_.skeleton, single, one);
    EXPECT_EQ(one.at(0), together[i]) << i;
  }
}

// The same broken state in many items is not repaired the same way every time.
TEST_P(RepairedSamples, DrawAnewForEveryItem) {
  std::vector<Architecture> same(200, Architecture{2, 0, 1, 1});
  repair_architectures(ruled_.skeleton, options_, same);
  EXPECT_EQ(invalid(same), 0U);
  EXPECT_GT(std::ranges::count_if(same, [&](const Architecture& a) { return a != same[0]; }), 0);
}

INSTANTIATE_TEST_SUITE_P(Noise, RepairedSamples, testing::Values(Noise::kMarginal, Noise::kUniform),
                         [](const auto& test) { return std::string(noise_name(test.param)); });

}  // namespace
}  // namespace dinas
