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

/// Of the label that an architecture would get: a normal distribution, in the metric's unit.
struct Expectation {
  std::vector<double> mean;       // [candidates]
  std::vector<double> deviation;  // [candidates], the noise of a label included
  double label_deviation = 1.0;   // of the known labels among each other
};

/// A Gaussian process given the labels, with the kernels of the predictor of a search
/// (eager_predictor) and also under much noise: a single training is a noisy label, and its
/// expectation says more of an architecture than its own label. Labels far on the bad side of the
/// median are raised first (LabelScale). Of more than `most` labels a random part is learned: time
/// grows with their cube. `known`: not empty.
Expectation expect_labels(const Space& space, const MetricSpec& metric,
                          const LabelledArchitectures& known,
                          const std::vector<Architecture>& candidates, std::size_t most = 2000);

}  // namespace dinas
