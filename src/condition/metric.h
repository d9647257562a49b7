// Metrics and their reference distributions: docs/conditions.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "space/space.h"

namespace dinas {

/// Whether a value belongs to the cell or to its isomorphism class (shared by all members).
enum class MetricLevel { kCell, kClass };

struct MetricSpec {
  std::string name;
  Direction direction = Direction::kMax;
  MetricLevel level = MetricLevel::kCell;
  bool operator==(const MetricSpec&) const = default;
};

/// What a metric name may hold, so that specs and bounds can be told from their names.
inline constexpr std::string_view kMetricNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

/// "NAME:max|min" with an optional ":cell|class" (default cell). Throws UsageError that shows the
/// form.
MetricSpec parse_metric_spec(std::string_view text);
/// The same notation, with the level only where it is not the default.
std::string print_metric_spec(const MetricSpec& spec);

/// The values of one metric over its reference set: the labelled, non-degenerate rows in which the
/// metric is present.
class MetricDistribution {
 public:
  MetricDistribution() = default;
  /// `values`: in any order. Throws Error when there is none or one is not finite.
  MetricDistribution(MetricSpec spec, std::vector<double> values);

  [[nodiscard]] const MetricSpec& spec() const { return spec_; }
  [[nodiscard]] std::size_t size() const { return best_first_.size(); }
  [[nodiscard]] const std::vector<double>& best_first() const { return best_first_; }
  [[nodiscard]] double best() const { return best_first_.front(); }
  [[nodiscard]] double worst() const { return best_first_.back(); }

  /// Number of reference rows at least as good as `value` (not NaN): 0..size(). Ties count, so
  /// equal values share the larger rank.
  [[nodiscard]] std::size_t rank(double value) const;
  /// rank / size, the tail fraction t of `value`, in [0, 1] (0 only beyond every label).
  [[nodiscard]] double tail_fraction(double value) const;
  /// Largest rank r with r / size <= tau: floor(tau * size) up to rounding, 0..size().
  [[nodiscard]] std::size_t largest_rank(double tau) const;
  /// Worst reference value v with tail_fraction(v) <= tau; the best value if there is none.
  [[nodiscard]] double value_at(double tau) const;
  /// Is `a` at least as good as `b`?
  [[nodiscard]] bool at_least_as_good(double a, double b) const;

 private:
  MetricSpec spec_;
  std::vector<double> best_first_;
};

}  // namespace dinas
