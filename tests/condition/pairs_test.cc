#include "condition/pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "condition/statistics.h"

namespace dinas {
namespace {

constexpr double kExponents[] = {0.0, 0.5, 1.0 - 1e-9, 1.0, 1.0 + 1e-9, 1.25, 1.5, 2.0, 3.0};

TEST(ActiveSizeLaw, ValuesForFewAndManyMetrics) {
  const auto expect_law = [](std::size_t metrics, const std::vector<double>& expected) {
    const auto law = active_size_law(metrics);
    ASSERT_EQ(law.size(), expected.size());
    for (std::size_t i = 0; i < law.size(); ++i) {
      // Sums and quotients of a few numbers below 1: a few units in the last place.
      EXPECT_NEAR(law[i], expected[i], 1e-15) << metrics << " metrics, size " << i;
    }
  };
  expect_law(0, {1.0});
  expect_law(1, {.12, .88});
  expect_law(2, {.12, .88 * 30 / 57, .88 * 27 / 57});
  expect_law(3, {.12, .88 * 30 / 77, .88 * 27 / 77, .88 * 20 / 77});
  expect_law(4, {.12, .30, .27, .20, .11});
  expect_law(7, {.12, .30, .27, .20, .0275, .0275, .0275, .0275});
}

TEST(ActiveSizeLaw, SumsToOneForAnyNumberOfMetrics) {
  for (std::size_t metrics = 0; metrics <= 40; ++metrics) {
    const auto law = active_size_law(metrics);
    ASSERT_EQ(law.size(), metrics + 1);
    // Rounding of 41 terms.
    EXPECT_NEAR(std::accumulate(law.begin(), law.end(), 0.0), 1.0, 1e-14);
  }
}

// Integral from t to 1 of tau^-a by Simpson's rule in log tau.
double integrate_tail(double t, double exponent) {
  constexpr int kSteps = 2000;
  const double h = -std::log(t) / kSteps;
  double sum = 0.0;
  for (int i = 0; i <= kSteps; ++i) {
    const double tau = std::exp(std::log(t) + i * h);
    const double weight = i == 0 || i == kSteps ? 1.0 : (i % 2 == 1 ? 4.0 : 2.0);
    sum += weight * std::pow(tau, 1.0 - exponent);
  }
  return sum * h / 3.0;
}

TEST(TailWeight, IsTheIntegral) {
  for (const double exponent : kExponents) {
    for (const double t : {1.0 / 15284, 0.001, 0.2, 0.9, 1.0 - 1e-6}) {
      const double expected = integrate_tail(t, exponent);
      // Simpson's error is below 1e-8 with steps of at most 0.005 in log tau; the integrand is
      // exp(b log tau), |b| <= 2.
      EXPECT_NEAR(tail_weight(t, exponent), expected, 1e-8 * expected) << t << " " << exponent;
    }
    EXPECT_EQ(tail_weight(1.0, exponent), 0.0);
  }
}

TEST(TailWeight, KnownValues) {
  EXPECT_DOUBLE_EQ(tail_weight(0.25, 0.0), 0.75);
  EXPECT_DOUBLE_EQ(tail_weight(0.25, 1.0), std::log(4.0));
  EXPECT_DOUBLE_EQ(tail_weight(0.25, 1.5), 2.0);
  EXPECT_DOUBLE_EQ(tail_weight(0.25, 2.0), 3.0);
}

TEST(DrawTau, InvertsTheDistributionFunction) {
  for (const double exponent : kExponents) {
    for (const double t : {1.0 / 15284, 0.03, 0.7}) {
      for (const double coin : {0.0, 0.1, 0.5, 0.999}) {
        const double tau = draw_tau(t, exponent, coin);
        ASSERT_GE(tau, t);
        ASSERT_LE(tau, 1.0);
        const double below = 1.0 - tail_weight(tau, exponent) / tail_weight(t, exponent);
        // Both are exact up to rounding, magnified by the slope of tau^-a at t (t^-2 at most here).
        EXPECT_NEAR(below, coin, 1e-11) << t << " " << exponent;
      }
    }
  }
  EXPECT_EQ(draw_tau(1.0, 1.25, 0.3), 1.0);
}

TEST(DrawTau, DrawsFollowTheDensity) {
  constexpr std::size_t kDraws = 20000;
  for (const double exponent : {1.0, 1.25}) {
    RandomStream stream(11, Purpose::kCheck);
    std::vector<double> taus;
    for (std::size_t i = 0; i < kDraws; ++i) {
      taus.push_back(draw_tau(0.002, exponent, stream.uniform()));
    }
    std::sort(taus.begin(), taus.end());
    double distance = 0.0;
    for (std::size_t i = 0; i < kDraws; ++i) {
      // The distribution function from the closed forms, written out independently of tail_weight.
      const double b = 1.0 - exponent;
      const double low = std::pow(0.002, b);
      const double below = exponent == 1.0 ? 1.0 - std::log(taus[i]) / std::log(0.002)
                                           : (low - std::pow(taus[i], b)) / (low - 1.0);
      const double step = 1.0 / kDraws;
      const double rank = static_cast<double>(i) * step;
      distance = std::max({distance, std::abs(below - rank), std::abs(below - rank - step)});
    }
    EXPECT_LT(distance, kolmogorov_critical(kDraws)) << exponent;
  }
}

LabelTable make_labels(std::size_t metrics, std::vector<std::uint32_t> ranks) {
  LabelTable labels;
  labels.metrics = metrics;
  labels.classes.resize(ranks.size() / metrics);
  std::iota(labels.classes.begin(), labels.classes.end(), 100);
  labels.ranks = std::move(ranks);
  return labels;
}

std::vector<MetricDistribution> metrics_of_sizes(const std::vector<std::size_t>& sizes) {
  std::vector<MetricDistribution> metrics;
  for (const std::size_t size : sizes) {
    metrics.emplace_back(
        MetricSpec{"m" + std::to_string(metrics.size()), Direction::kMax, MetricLevel::kCell},
        std::vector<double>(size, 0.0));
  }
  return metrics;
}

// How often each subset of the metrics is active, by bit mask.
std::vector<double> active_counts(PairSampler& sampler, std::size_t metrics, int draws) {
  std::vector<double> counts(std::size_t{1} << metrics);
  RandomStream stream(5, Purpose::kPair);
  for (int i = 0; i < draws; ++i) {
    const TrainingPair pair = sampler.draw(stream);
    std::size_t mask = 0;
    for (std::size_t k = 0; k < metrics; ++k) {
      if (!std::isnan(pair.condition[k])) mask |= std::size_t{1} << k;
    }
    ++counts[mask];
  }
  return counts;
}

TEST(PairSampler, EverySetOfOneSizeIsEquallyLikely) {
  constexpr std::size_t kMetrics = 5;
  const std::vector<std::uint32_t> best_and_worst = {1, 1, 1, 1, 1, 2, 2, 2, 2, 2};
  const LabelTable labels = make_labels(kMetrics, best_and_worst);
  PairSampler sampler(labels, metrics_of_sizes({2, 2, 2, 2, 2}), 2);
  constexpr int kDraws = 100000;
  const auto counts = active_counts(sampler, kMetrics, kDraws);
  const std::vector<double> sets_of_size = {1, 5, 10, 10, 5, 1};
  const auto law = active_size_law(kMetrics);
  ChiSquare test;
  for (std::size_t mask = 0; mask < counts.size(); ++mask) {
    const auto size = static_cast<std::size_t>(std::popcount(mask));
    test.add(counts[mask], kDraws * law[size] / sets_of_size[size]);
  }
  test.close_group();
  EXPECT_LT(test.statistic(), test.critical());
}

TEST(PairSampler, SetsWithoutAnEligibleRowAreDrawnAnew) {
  // Metric 0 is known of rows 0 and 1, metric 1 of rows 2 and 3: the pair of them has no row.
  // Metric 2 is the same everywhere, so no bound on it excludes anything and no tail is left to
  // draw from.
  const LabelTable labels = make_labels(3, {1, 0, 4, 2, 0, 4, 0, 1, 4, 0, 2, 4});
  PairSampler sampler(labels, metrics_of_sizes({2, 2, 4}), 4);
  constexpr int kDraws = 100000;
  const auto counts = active_counts(sampler, 3, kDraws);
  const auto law = active_size_law(3);
  const double single = law[1] / 3.0;
  const double left = law[0] + 2.0 * single;
  ChiSquare test;
  test.add(counts[0b000], kDraws * law[0] / left);
  test.add(counts[0b001], kDraws * single / left);
  test.add(counts[0b010], kDraws * single / left);
  test.close_group();
  EXPECT_LT(test.statistic(), -2.0 * std::log(1e-4));  // exact for 2 degrees of freedom
  EXPECT_EQ(counts[0] + counts[1] + counts[2], kDraws);
}

TEST(PairSampler, WithoutLabelsOrMetricsAllPairsAreNull) {
  const LabelTable none = make_labels(2, {});
  PairSampler unlabelled(none, metrics_of_sizes({1, 1}), 3);
  LabelTable bare;
  bare.classes = {1, 2};
  PairSampler unconditional(bare, {}, 3);
  RandomStream stream(1, Purpose::kPair);
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(is_null(unlabelled.draw(stream).condition));
    const TrainingPair pair = unconditional.draw(stream);
    EXPECT_TRUE(pair.condition.empty());
    EXPECT_LT(pair.row, 3U);
  }
}

TEST(PairSampler, SameStreamSamePairs) {
  const LabelTable labels = make_labels(2, {1, 3, 2, 2, 3, 1});
  const auto metrics = metrics_of_sizes({3, 3});
  PairSampler first(labels, metrics, 4);
  PairSampler second(labels, metrics, 4);
  RandomStream warm_up(9, Purpose::kPair);
  for (int i = 0; i < 50; ++i) second.draw(warm_up);  // what is kept between draws never shows
  for (std::uint32_t item = 0; item < 200; ++item) {
    RandomStream a(3, Purpose::kPair, item);
    RandomStream b(3, Purpose::kPair, item);
    const TrainingPair x = first.draw(a);
    const TrainingPair y = second.draw(b);
    ASSERT_EQ(x.row, y.row);
    for (std::size_t k = 0; k < 2; ++k) {
      ASSERT_TRUE(x.condition[k] == y.condition[k] ||
                  (std::isnan(x.condition[k]) && std::isnan(y.condition[k])));
    }
  }
}

TEST(PairSampler, RefusesAnExponentOutOfRange) {
  const LabelTable labels = make_labels(1, {1, 2});
  const auto metrics = metrics_of_sizes({2});
  EXPECT_THROW(PairSampler(labels, metrics, 2, -0.1), UsageError);
  EXPECT_THROW(PairSampler(labels, metrics, 2, 3.1), UsageError);
  EXPECT_THROW(PairSampler(labels, metrics, 2, std::nan("")), UsageError);
  EXPECT_THROW(PairSampler(labels, metrics, 1), BugError);
}

}  // namespace
}  // namespace dinas
