#include "baseline/expectation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

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
// A prediction keeps a number for every pair of label and candidate: so many candidates at a time.
constexpr std::size_t kCandidatesAtOnce = 4096;

/// Numbers of the labels to learn from, in a random order: the first ones decide about the kernel.
std::vector<std::size_t> taken(std::size_t labels, std::size_t most) {
  std::vector<std::size_t> order(labels);
  std::iota(order.begin(), order.end(), std::size_t{0});
  RandomStream stream(0, Purpose::kExpect);
  shuffle(order, stream);
  order.resize(std::min(labels, most));
  return order;
}

}  // namespace

Expectation expect_labels(const Space& space, const MetricSpec& metric,
                          const LabelledArchitectures& known,
                          const std::vector<Architecture>& candidates, std::size_t most) {
  DINAS_CHECK(!known.labels.empty() && known.labels.size() == known.architectures.size());
  std::vector<const Architecture*> places;
  std::vector<double> labels;
  for (const std::size_t i : taken(known.labels.size(), most)) {
    places.push_back(&known.architectures[i]);
    labels.push_back(oriented(metric, known.labels[i]));
  }
  const SearchFeatures features(space);
  MetricModel model(features, choices_for(space, exponential_choices(kLabelNoises)));
  model.learn(places, labels, std::numeric_limits<double>::quiet_NaN());

  Expectation result;
  result.label_deviation = model.scale().deviation();
  const double noise = model.process().noise() * model.process().amplitude();
  for (std::size_t begin = 0; begin < candidates.size(); begin += kCandidatesAtOnce) {
    const std::size_t size = std::min(kCandidatesAtOnce, candidates.size() - begin);
    CodeTable codes(features.size());
    for (const Architecture& a : std::span(candidates).subspan(begin, size)) {
      codes.add(features.codes(a));
    }
    const Posterior posterior(model.process(), codes);
    for (std::size_t c = 0; c < size; ++c) {
      // What is oriented twice is as it was.
      result.mean.push_back(oriented(metric, model.scale().label(posterior.mean(c))));
      const double spread = std::hypot(posterior.deviation(c), std::sqrt(noise));
      result.deviation.push_back(result.label_deviation * spread);
    }
  }
  return result;
}

}  // namespace dinas
