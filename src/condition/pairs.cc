#include "condition/pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::size_t kCacheBytes = std::size_t{256} << 20;

// `count` of the metrics 0..metrics-1, ascending, every subset equally likely.
std::vector<std::size_t> draw_subset(std::size_t count, std::size_t metrics, RandomStream& stream) {
  std::vector<std::size_t> subset;
  for (std::size_t k = 0; k < metrics && subset.size() < count; ++k) {
    const auto left = static_cast<std::uint32_t>(metrics - k);
    if (stream.below(left) < count - subset.size()) subset.push_back(k);
  }
  return subset;
}

// Index drawn with the probabilities whose running sums are `cumulative` (positive sum).
std::size_t draw_index(const std::vector<double>& cumulative, double coin) {
  const double total = cumulative.back();
  auto found = std::upper_bound(cumulative.begin(), cumulative.end(), coin * total);
  // Rounding may lift coin * total to the total itself.
  if (found == cumulative.end()) {
    found = std::lower_bound(cumulative.begin(), cumulative.end(), total);
  }
  return static_cast<std::size_t>(found - cumulative.begin());
}

}  // namespace

std::vector<double> active_size_law(std::size_t metrics) {
  constexpr std::size_t kListed = 4;
  std::vector<double> law = {.12, .30, .27, .20};
  if (metrics == 0) return {1.0};
  if (metrics >= kListed) {
    law.resize(metrics + 1, .11 / static_cast<double>(metrics + 1 - kListed));
    return law;
  }
  law.resize(metrics + 1);
  double active = 0.0;
  for (std::size_t size = 1; size <= metrics; ++size) active += law[size];
  for (std::size_t size = 1; size <= metrics; ++size) law[size] *= (1.0 - law[0]) / active;
  return law;
}

// With b = 1 - a and L = log t both formulas go through expm1(b L) = t^b - 1, which stays exact
// near a = 1.
double tail_weight(double t, double exponent) {
  DINAS_CHECK(t > 0.0 && t <= 1.0);
  const double b = 1.0 - exponent;
  return b == 0.0 ? -std::log(t) : -std::expm1(b * std::log(t)) / b;
}

double draw_tau(double t, double exponent, double coin) {
  DINAS_CHECK(t > 0.0 && t <= 1.0);
  const double b = 1.0 - exponent;
  const double rest = 1.0 - coin;
  const double log_tau =
      b == 0.0 ? rest * std::log(t) : std::log1p(rest * std::expm1(b * std::log(t))) / b;
  return std::clamp(std::exp(log_tau), t, 1.0);
}

PairSampler::PairSampler(const LabelTable& labels, std::span<const MetricDistribution> metrics,
                         std::size_t architectures, double exponent)
    : labels_(labels),
      architectures_(architectures),
      exponent_(exponent),
      size_law_(active_size_law(metrics.size())) {
  DINAS_CHECK(metrics.size() == labels.metrics);
  DINAS_CHECK(architectures >= std::max<std::size_t>(labels.rows(), 1));
  DINAS_CHECK(architectures <= std::numeric_limits<std::uint32_t>::max());
  if (!(exponent >= 0.0 && exponent <= 3.0)) {
    throw UsageError(fmt::format(
        "tail exponent: expected a number from 0 to 3, found {}; 1 to 1.5 serves most tables",
        exponent));
  }
  for (const auto& metric : metrics) reference_sizes_.push_back(static_cast<double>(metric.size()));
  weights_.reserve(labels.ranks.size());
  for (std::size_t row = 0; row < labels.rows(); ++row) {
    for (std::size_t k = 0; k < metrics.size(); ++k) {
      weights_.push_back(labels.rank(row, k) == 0 ? 0.0 : tail_weight(tail(row, k), exponent));
    }
  }
}

double PairSampler::tail(std::size_t row, std::size_t metric) const {
  return labels_.rank(row, metric) / reference_sizes_[metric];
}

const std::vector<double>& PairSampler::cumulative(const std::vector<std::size_t>& active) {
  if (const auto known = cumulative_.find(active); known != cumulative_.end()) return known->second;
  if ((cumulative_.size() + 1) * labels_.rows() * sizeof(double) > kCacheBytes) cumulative_.clear();
  std::vector<double> sums;
  sums.reserve(labels_.rows());
  double sum = 0.0;
  for (std::size_t row = 0; row < labels_.rows(); ++row) {
    double weight = 1.0;
    for (const std::size_t k : active) weight *= weights_[row * labels_.metrics + k];
    sums.push_back(sum += weight);
  }
  return cumulative_.emplace(active, std::move(sums)).first->second;
}

TrainingPair PairSampler::draw(RandomStream& stream) {
  TrainingPair pair;
  pair.condition.assign(labels_.metrics, kOpen);
  while (true) {
    const auto count = static_cast<std::size_t>(categorical(size_law_, stream.uniform()));
    if (count == 0) {
      pair.row = stream.below(static_cast<std::uint32_t>(architectures_));
      return pair;
    }
    const auto active = draw_subset(count, labels_.metrics, stream);
    const auto& sums = cumulative(active);
    if (sums.empty() || sums.back() <= 0.0) continue;
    pair.row = draw_index(sums, stream.uniform());
    for (const std::size_t k : active) {
      const double tau = draw_tau(tail(pair.row, k), exponent_, stream.uniform());
      pair.condition[k] = static_cast<float>(std::log(tau));
    }
    return pair;
  }
}

}  // namespace dinas
