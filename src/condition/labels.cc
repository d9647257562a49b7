#include "condition/labels.h"

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::size_t kNoBound = std::numeric_limits<std::size_t>::max();

std::vector<std::uint32_t> largest_ranks(std::span<const Bound> bounds,
                                         std::span<const MetricDistribution> metrics) {
  std::vector<std::uint32_t> ranks;
  for (const Bound& bound : bounds) {
    DINAS_CHECK(bound.metric < metrics.size());
    ranks.push_back(largest_rank(bound, metrics[bound.metric]));
  }
  return ranks;
}

// Does a row keep every bound but number `left_out`?
bool keeps_all(const LabelTable& labels, std::size_t row, std::span<const Bound> bounds,
               std::span<const std::uint32_t> largest, std::size_t left_out = kNoBound) {
  for (std::size_t b = 0; b < bounds.size(); ++b) {
    if (b == left_out) continue;
    const std::uint32_t rank = labels.rank(row, bounds[b].metric);
    if (rank == 0 || rank > largest[b]) return false;
  }
  return true;
}

}  // namespace

std::uint32_t largest_rank(const Bound& bound, const MetricDistribution& metric) {
  if (bound.beyond_labels) return 0;
  return static_cast<std::uint32_t>(metric.largest_rank(bound.tau));
}

std::vector<std::size_t> satisfying_rows(const LabelTable& labels, std::span<const Bound> bounds,
                                         std::span<const MetricDistribution> metrics) {
  const auto largest = largest_ranks(bounds, metrics);
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < labels.rows(); ++row) {
    if (keeps_all(labels, row, bounds, largest)) rows.push_back(row);
  }
  return rows;
}

std::vector<Relaxation> relaxations(const LabelTable& labels, std::span<const Bound> bounds,
                                    std::span<const MetricDistribution> metrics) {
  const auto largest = largest_ranks(bounds, metrics);
  std::vector<Relaxation> result;
  for (std::size_t b = 0; b < bounds.size(); ++b) {
    std::uint32_t tightest = 0;
    for (std::size_t row = 0; row < labels.rows(); ++row) {
      const std::uint32_t rank = labels.rank(row, bounds[b].metric);
      if (rank == 0 || !keeps_all(labels, row, bounds, largest, b)) continue;
      tightest = tightest == 0 ? rank : std::min(tightest, rank);
    }
    Relaxation relaxation{b, std::nullopt};
    // A rank counts its ties, so it points at the last of the equal values.
    if (tightest > 0) relaxation.threshold = metrics[bounds[b].metric].best_first()[tightest - 1];
    result.push_back(relaxation);
  }
  return result;
}

}  // namespace dinas
