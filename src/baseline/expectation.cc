#include "baseline/expectation.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "baseline/features.h"
#include "baseline/gaussian_process.h"
#include "baseline/metric_model.h"
#include "baseline/worth.h"

namespace dinas {
namespace {

// A search deals with labels that are nearly exact as well; here half of their variance and more
// may be noise.
constexpr double kLabelNoises[] = {0.01, 0.03, 0.1, 0.3, 1.0, 3.0};

/// Numbers of the labels to learn from, in a random order: the first ones decide about the kernel.
std::vector<std::size_t> taken(std::size_t labels) {
  std::vector<std::size_t> order(labels);
  std::iota(order.begin(), order.end(), std::size_t{0});
  RandomStream stream(0, Purpose::kExpect);
  shuffle(order, stream);
  order.resize(std::min(labels, kMostExpectationLabels));
  return order;
}

}  // namespace

std::vector<double> expected_labels(const Space& space, const MetricSpec& metric,
                                    const LabelledArchitectures& known,
                                    const std::vector<Architecture>& candidates) {
  DINAS_CHECK(!known.labels.empty() && known.labels.size() == known.architectures.size());
  std::vector<const Architecture*> places;
  std::vector<double> labels;
  for (const std::size_t i : taken(known.labels.size())) {
    places.push_back(&known.architectures[i]);
    labels.push_back(oriented(metric, known.labels[i]));
  }
  const SearchFeatures features(space);
  MetricModel model(features, choices_for(space, exponential_choices(kLabelNoises)));
  model.learn(places, labels, std::numeric_limits<double>::quiet_NaN());

  CodeTable codes(features.size());
  for (const Architecture& a : candidates) codes.add(features.codes(a));
  const Posterior posterior(model.process(), codes);
  std::vector<double> expected;
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    // What is oriented twice is as it was.
    expected.push_back(oriented(metric, model.scale().label(posterior.mean(c))));
  }
  return expected;
}

}  // namespace dinas
