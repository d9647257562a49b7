// Bounds as the user writes them, and as the model understands them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "condition/metric.h"

namespace dinas {

/// A parsed --where: "METRIC <= V", "METRIC >= V" or "METRIC top P%".
struct BoundRequest {
  enum class Form { kAtMost, kAtLeast, kTop };
  std::string metric;
  Form form = Form::kTop;
  double value = 0.0;  // in the metric's unit, or the share in (0, 1] for kTop
  std::string text;    // as written
};

/// Reads the three forms above, with free spaces; V is a finite number in the metric's unit, P is
/// in (0, 100], names hold kMetricNameCharacters. Throws UsageError that says what was expected,
/// what was found and what to write instead.
BoundRequest parse_bound(std::string_view text);

/// A bound on one metric of a model.
struct Bound {
  std::size_t metric = 0;      // index among the model's metrics
  double tau = 1.0;            // tail fraction, in [1/n, 1]
  double threshold = 0.0;      // worst value that keeps it, in the metric's unit
  bool beyond_labels = false;  // no label keeps it: tau is 1/n all the same
  std::string text;            // as the user wrote it
};

/// Finds the metric, checks the direction and converts to a tail fraction on its distribution
/// (docs/conditions.md). With n labels on the metric:
///   value V: tau = rank(V) / n, beyond the labels where no label is as good as V; threshold V.
///   top P%:  tau = P / 100, beyond the labels where even the best label's own tail fraction is
///            larger (P n < 100, or best labels tied); threshold: the worst label inside, or,
///            beyond the labels, the next number better than the best label.
/// One bound per request, in the same order. Throws UsageError: unknown metric (lists the known
/// ones), bound against the metric's direction, two bounds on one metric.
std::vector<Bound> resolve_bounds(const std::vector<BoundRequest>& requests,
                                  std::span<const MetricDistribution> metrics);

/// Is a value in the metric's unit at least as good as the threshold? A missing value (NaN) keeps
/// none.
bool keeps(const Bound& bound, const MetricDistribution& metric, double value);

}  // namespace dinas
