#include "diffusion/transition.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "diffusion/schedule.h"

namespace dinas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
using Matrix = std::vector<std::vector<double>>;

const std::vector<double> kMarginal = {0.5, 0.3, 0.15, 0.05};
constexpr int kValues = 4;

// Q_t with the clamp that abar has too.
Matrix one_step(double beta) {
  const double kept = 1.0 - std::min(beta, 0.9999);
  Matrix q;
  for (int k = 0; k < kValues; ++k) q.push_back(noised(k, kept, kMarginal));
  return q;
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix c(a.size(), std::vector<double>(b[0].size(), 0.0));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      for (std::size_t k = 0; k < c[i].size(); ++k) c[i][k] += a[i][j] * b[j][k];
    }
  }
  return c;
}

// Q_from Q_{from+1} ... Q_to, by multiplication.
Matrix steps(const Schedule& schedule, std::size_t from, std::size_t to) {
  Matrix q = one_step(schedule.beta[from]);
  for (std::size_t t = from + 1; t <= to; ++t) q = product(q, one_step(schedule.beta[t]));
  return q;
}

std::vector<double> one_hot(std::size_t k) {
  std::vector<double> p(kValues, 0.0);
  p[k] = 1.0;
  return p;
}

double sum(const std::vector<double>& p) { return std::accumulate(p.begin(), p.end(), 0.0); }

TEST(Noise, NamesRoundTrip) {
  for (const Noise noise : {Noise::kMask, Noise::kMarginal, Noise::kUniform}) {
    EXPECT_EQ(parse_noise(noise_name(noise)), noise);
  }
  EXPECT_THROW(parse_noise("gaussian"), UsageError);
}

TEST(Noised, MixesTheValueWithTheMarginal) {
  const std::vector<double> m = {0.25, 0.75};
  EXPECT_EQ(noised(0, 1.0, m), (std::vector<double>{1.0, 0.0}));
  EXPECT_EQ(noised(0, 0.0, m), m);
  EXPECT_EQ(noised(1, 0.5, m), (std::vector<double>{0.125, 0.875}));
}

TEST(Noised, RowsSumToOneAndChain) {
  const Schedule schedule(500);
  for (std::size_t t = 1; t <= 500; ++t) {
    for (int k = 0; k < kValues; ++k) {
      const auto row = static_cast<std::size_t>(k);
      const std::vector<double> direct = noised(k, schedule.abar[t], kMarginal);
      EXPECT_NEAR(sum(direct), 1.0, 1e-12);
      if (t == 500) continue;  // beta_500 = 1 is clamped in abar alone
      const Matrix before = {noised(k, schedule.abar[t - 1], kMarginal)};
      Matrix q;
      for (int j = 0; j < kValues; ++j) {
        q.push_back(noised(j, 1.0 - schedule.beta[t], kMarginal));
      }
      const std::vector<double> chained = product(before, q)[0];
      for (std::size_t x = 0; x < chained.size(); ++x) {
        EXPECT_NEAR(direct[x], chained[x], 1e-12) << "t " << t << " class " << row;
      }
    }
  }
}

// p(x_s | x_t, x_0 = k) = q(x_s | x_0 = k) q(x_t | x_s) / q(x_t | x_0 = k), all by multiplying Q.
TEST(Posterior, OfACertainCleanValueIsBayesByEnumeration) {
  const Schedule schedule(500);
  for (const auto& [s, t] : {std::pair<std::size_t, std::size_t>{0, 1},
                             {0, 37},
                             {30, 31},
                             {100, 400},
                             {499, 500},
                             {0, 500}}) {
    const Matrix to_s = steps(schedule, 0, s);
    const Matrix from_s = steps(schedule, s + 1, t);
    for (std::size_t k = 0; k < kValues; ++k) {
      for (std::size_t x_t = 0; x_t < kValues; ++x_t) {
        const auto law = posterior(one_hot(k), static_cast<int>(x_t), schedule.abar[s],
                                   schedule.abar[t], kMarginal);
        std::vector<double> bayes(kValues);
        for (std::size_t x = 0; x < kValues; ++x) bayes[x] = to_s[k][x] * from_s[x][x_t];
        const double evidence = sum(bayes);
        for (std::size_t x = 0; x < kValues; ++x) {
          // 500 rounded products against one formula.
          EXPECT_NEAR(law[x], bayes[x] / evidence, 1e-9) << s << " " << t << " " << k << " " << x_t;
        }
      }
    }
  }
}

TEST(Posterior, IsTheMixtureOverCleanValues) {
  const std::vector<double> p0 = {0.1, 0.2, 0.3, 0.4};
  const auto mixed = posterior(p0, 2, 0.9, 0.4, kMarginal);
  std::vector<double> expected(kValues, 0.0);
  for (std::size_t k = 0; k < kValues; ++k) {
    const auto law = posterior(one_hot(k), 2, 0.9, 0.4, kMarginal);
    for (std::size_t x = 0; x < kValues; ++x) expected[x] += p0[k] * law[x];
  }
  for (std::size_t x = 0; x < kValues; ++x) EXPECT_NEAR(mixed[x], expected[x], 1e-14);
}

TEST(Posterior, TwoStridesAreOneLongStride) {
  const Schedule schedule(500);
  const double abar_r = schedule.abar[20];
  const double abar_s = schedule.abar[150];
  const double abar_t = schedule.abar[330];
  for (std::size_t k = 0; k < kValues; ++k) {
    for (int x_t = 0; x_t < kValues; ++x_t) {
      const auto to_s = posterior(one_hot(k), x_t, abar_s, abar_t, kMarginal);
      std::vector<double> composed(kValues, 0.0);
      for (std::size_t x_s = 0; x_s < kValues; ++x_s) {
        const auto to_r = posterior(one_hot(k), static_cast<int>(x_s), abar_r, abar_s, kMarginal);
        for (std::size_t x = 0; x < kValues; ++x) composed[x] += to_s[x_s] * to_r[x];
      }
      const auto direct = posterior(one_hot(k), x_t, abar_r, abar_t, kMarginal);
      for (std::size_t x = 0; x < kValues; ++x) EXPECT_NEAR(direct[x], composed[x], 1e-13);
    }
  }
}

TEST(Posterior, ToCleanDataIsTheLawOfTheCleanValue) {
  const std::vector<double> p0 = {0.1, 0.2, 0.3, 0.4};
  const auto law = posterior(p0, 1, 1.0, 0.5, kMarginal);
  for (std::size_t x = 0; x < kValues; ++x) EXPECT_NEAR(law[x], p0[x], 1e-15);
}

TEST(Posterior, GuardsImpossibleValuesAsOfficiallyCoded) {
  // Value 1 never occurs, so x_t = 1 can only come from x_0 = 1: the other class is guarded.
  const std::vector<double> m = {1.0, 0.0};
  const auto law = posterior(std::vector<double>{0.5, 0.5}, 1, 0.8, 0.4, m);
  EXPECT_NEAR(law[0], 0.0, 1e-15);
  EXPECT_NEAR(law[1], 1.0, 1e-15);
  // With p0 certain of class 0 nothing is possible: uniform.
  EXPECT_EQ(posterior(std::vector<double>{1.0, 0.0}, 1, 0.8, 0.4, m),
            (std::vector<double>{0.5, 0.5}));
}

TEST(Softmax, IsStableAndKeepsForbiddenValuesOut) {
  const auto law = softmax(std::vector<double>{1000.0, 1000.0 + std::log(3.0), -kInfinity});
  EXPECT_NEAR(law[0], 0.25, 1e-12);
  EXPECT_NEAR(law[1], 0.75, 1e-12);
  EXPECT_EQ(law[2], 0.0);
  EXPECT_EQ(softmax(std::vector<double>{-1e6}), std::vector<double>{1.0});
}

TEST(Softmax, RefusesWhatIsNoDistribution) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(softmax(std::vector<double>{0.0, nan}), Error);
  EXPECT_THROW(softmax(std::vector<double>{nan, 0.0}), Error);
  EXPECT_THROW(softmax(std::vector<double>{0.0, kInfinity}), Error);
  EXPECT_THROW(softmax(std::vector<double>{-kInfinity, -kInfinity}), Error);
}

}  // namespace
}  // namespace dinas
