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
/// labels.
std::uint32_t largest_rank(const Bound& bound, const MetricDistribution& metric);

/// Labelled rows that keep every bound.
std::vector<std::size_t> satisfying_rows(const LabelTable& labels, std::span<const Bound> bounds,
                                         std::span<const MetricDistribution> metrics);

/// Per bound: the tightest threshold on its metric that some labelled row keeps together with all
/// the other bounds; nullopt if the others alone cannot be met.
struct Relaxation {
  std::size_t bound = 0;
  std::optional<double> threshold;
};
std::vector<Relaxation> relaxations(const LabelTable& labels, std::span<const Bound> bounds,
                                    std::span<const MetricDistribution> metrics);

}  // namespace dinas
