// The labelled rows a model was trained on, reduced to what later questions need: class and rank.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "condition/bound.h"
#include "condition/metric.h"

namespace dinas {

/// Per labelled architecture: its isomorphism class and its rank on every metric (rows of the
/// reference set at least as good, 1..n; 0 where the value is missing).
struct LabelTable {
  std::size_t metrics = 0;
  std::vector<std::uint64_t> classes;  // [rows]
  std::vector<std::uint32_t> ranks;    // [rows, metrics]

  [[nodiscard]] std::size_t rows() const { return classes.size(); }
  [[nodiscard]] std::uint32_t rank(std::size_t row, std::size_t metric) const {
    return ranks[row * metrics + metric];
  }
};

/// Largest rank that keeps a bound: floor(tau * n) up to rounding, 0 when the bound is beyond the
/// labels. A labelled row keeps the bound iff its rank is in [1, largest_rank].
std::uint32_t largest_rank(const Bound& bound, const MetricDistribution& metric);

/// Labelled rows that keep every bound, ascending; all rows without bounds. A row with a missing
/// value keeps no bound on that metric.
std::vector<std::size_t> satisfying_rows(const LabelTable& labels, std::span<const Bound> bounds,
                                         std::span<const MetricDistribution> metrics);

/// Per bound, in order: the tightest threshold on its metric, in the metric's unit, that some
/// labelled row keeps together with all the other bounds; nullopt if no row with a value of the
/// metric meets the others.
struct Relaxation {
  std::size_t bound = 0;  // index in `bounds`
  std::optional<double> threshold;
};
std::vector<Relaxation> relaxations(const LabelTable& labels, std::span<const Bound> bounds,
                                    std::span<const MetricDistribution> metrics);

}  // namespace dinas
