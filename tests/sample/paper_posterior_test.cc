// The reverse posterior against values computed with the official code (float32).
#include <gtest/gtest.h>

#include <cmath>

#include "base/file.h"
#include "diffusion/schedule.h"
#include "diffusion/transition.h"
#include "model/safetensors.h"
#include "support/data.h"

namespace dinas {
namespace {

constexpr std::size_t kTimes = 5;
constexpr std::size_t kNodes = 8;
constexpr std::size_t kClasses = 7;

class PaperPosterior : public testing::Test {
 protected:
  void SetUp() override {
    DINAS_NEED_DATA();
    const std::string path = data_folder() + "/golden/paper_posterior.safetensors";
    file_ = parse_safetensors(read_file(path), path);
    m_ = tensor("marginal_X");
    double total = 0.0;
    for (const double x : m_) total += x;
    for (double& x : m_) x /= total;  // sums to 1 only up to float32
  }

  [[nodiscard]] std::vector<double> tensor(const std::string& name) const {
    const std::vector<float> values = float_values(file_.tensors.at(name), name);
    return {values.begin(), values.end()};
  }

  void expect_matrix(const std::string& name, const std::vector<double>& keep) const {
    const std::vector<double> q = tensor(name);
    ASSERT_EQ(q.size(), kTimes * kClasses * kClasses);
    for (std::size_t i = 0; i < q.size(); ++i) {
      const std::size_t row = i / kClasses % kClasses;
      const std::size_t time = i / (kClasses * kClasses);
      const auto law = noised(static_cast<int>(row), keep[time], m_);
      EXPECT_NEAR(q[i], law[i % kClasses], 2e-7) << name << " " << i;  // two float32 roundings
    }
  }

  void expect_posteriors(const std::vector<Survival>& survival, double tolerance) const {
    const auto x_t = tensor("x_t");
    const auto p0 = tensor("p0");
    const auto expected = tensor("prob_x_s");
    ASSERT_EQ(expected.size(), kTimes * kNodes * kClasses);
    for (std::size_t row = 0; row < kTimes * kNodes; ++row) {
      const std::span<const double> own(p0.data() + row * kClasses, kClasses);
      int value = 0;
      while (x_t[row * kClasses + static_cast<std::size_t>(value)] != 1.0) ++value;
      const auto law = posterior(own, value, survival[row / kNodes], m_);
      for (std::size_t x = 0; x < kClasses; ++x) {
        EXPECT_NEAR(law[x], expected[row * kClasses + x], tolerance) << "row " << row;
      }
    }
  }

  SafetensorsFile file_;
  std::vector<double> m_;
};

TEST_F(PaperPosterior, FollowsFromTheFilesOwnTransitions) {
  const auto beta = tensor("beta_t");
  const auto abar_s = tensor("alpha_bar_s");
  const auto abar_t = tensor("alpha_bar_t");
  std::vector<Survival> survival;
  std::vector<double> kept;
  for (std::size_t i = 0; i < kTimes; ++i) {
    kept.push_back(1.0 - beta[i]);
    survival.push_back({.step = kept[i], .abar_s = abar_s[i], .abar_t = abar_t[i]});
  }
  expect_matrix("Qt", kept);
  expect_matrix("Qbar_s", abar_s);
  expect_matrix("Qbar_t", abar_t);
  expect_posteriors(survival, 1e-6);
}

// The official beta is single precision and is not clamped at t = 500.
TEST_F(PaperPosterior, FollowsFromTheDoubleSchedule) {
  const Schedule schedule(500);
  std::vector<Survival> survival;
  for (const double time : tensor("t")) {
    const auto t = static_cast<std::size_t>(std::lround(time));
    survival.push_back({.step = schedule.abar[t] / schedule.abar[t - 1],
                        .abar_s = schedule.abar[t - 1],
                        .abar_t = schedule.abar[t]});
  }
  expect_posteriors(survival, 1e-4);
}

}  // namespace
}  // namespace dinas
