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

/// Throws UsageError that says what was expected.
BoundRequest parse_bound(std::string_view text);

/// A bound on one metric of a model.
struct Bound {
  std::size_t metric = 0;      // index among the model's metrics
  double tau = 1.0;            // tail fraction, in [1/n, 1]
  double threshold = 0.0;      // the same bound in the metric's unit
  bool beyond_labels = false;  // tighter than every label: tau is 1/n all the same
  std::string text;            // as the user wrote it
};

/// Finds the metric, checks the direction and converts to a tail fraction on its distribution.
/// Throws UsageError: unknown metric, bound against the metric's direction, two bounds on one
/// metric.
std::vector<Bound> resolve_bounds(const std::vector<BoundRequest>& requests,
                                  std::span<const MetricDistribution> metrics);

/// Does a value keep the bound? A missing value (NaN) keeps none.
bool keeps(const Bound& bound, const MetricDistribution& metric, double value);

}  // namespace dinas
