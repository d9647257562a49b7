// What labels let expect of architectures that have none.
#pragma once

#include <cstddef>
#include <vector>

#include "condition/metric.h"
#include "space/space.h"

namespace dinas {

/// Architectures and a metric measured of each, in the metric's unit.
struct LabelledArchitectures {
  std::vector<Architecture> architectures;
  std::vector<double> labels;  // [architectures], finite
};

/// More labels are not learned from, but a random part of them: time grows with their square.
inline constexpr std::size_t kMostExpectationLabels = 2000;

/// Mean of a Gaussian process given the labels, with the kernels of the predictor of a search
/// (eager_predictor) and also under much noise: a single training is a noisy label, and its
/// expectation says more of an architecture than its own label. In the metric's unit; labels far
/// below the median are raised first (LabelScale). `known`: not empty. [candidates]
std::vector<double> expected_labels(const Space& space, const MetricSpec& metric,
                                    const LabelledArchitectures& known,
                                    const std::vector<Architecture>& candidates);

}  // namespace dinas
