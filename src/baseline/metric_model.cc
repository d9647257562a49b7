#include "baseline/metric_model.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "base/error.h"

namespace dinas {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Mean and deviation, the latter 1 where all values are the same.
std::pair<double, double> moments(const std::vector<double>& values) {
  double sum = 0.0, squares = 0.0;
  for (const double v : values) sum += v;
  const double mean = sum / static_cast<double>(values.size());
  for (const double v : values) squares += (v - mean) * (v - mean);
  const double deviation = std::sqrt(squares / static_cast<double>(values.size()));
  return {mean, deviation > 0.0 ? deviation : 1.0};
}

AgreementKernel make_kernel(const SearchFeatures& features, const ProcessChoice& choice) {
  const std::size_t variables = features.variables();
  std::vector<double> weights(variables, choice.effective ? 0.0 : 1.0);
  if (choice.effective || choice.summary) {
    weights.resize(2 * variables, choice.effective ? 1.0 : 0.0);
  }
  if (choice.summary) {
    const std::size_t summary = features.size() - weights.size();
    weights.resize(features.size(), static_cast<double>(variables) / static_cast<double>(summary));
  }
  return {std::move(weights), choice.shape};
}

}  // namespace

std::vector<ProcessChoice> exponential_choices(std::span<const double> noises) {
  std::vector<ProcessChoice> choices;
  for (const double noise : noises) {
    for (const double decay : {0.15, 0.25, 0.4, 0.6, 0.9}) {
      for (const bool effective : {false, true}) {
        for (const bool summary : {false, true}) {
          choices.push_back({{0.0, 0.0, 1.0, decay}, noise, effective, summary});
        }
      }
    }
  }
  return choices;
}

std::vector<ProcessChoice> choices_for(const Space& space, std::vector<ProcessChoice> choices) {
  if (!space.has_effective_forms()) {
    std::erase_if(choices, [](const ProcessChoice& choice) { return choice.effective; });
  }
  DINAS_CHECK(!choices.empty());
  return choices;
}

LabelScale::LabelScale(std::vector<double> labels, double needed) {
  constexpr double kRobustDeviations = 3.0;
  constexpr double kDeviation = 1.4826;  // of a normal distribution, over its absolute median
  const double centre = median(labels);
  std::vector<double> distances;
  for (const double label : labels) distances.push_back(std::abs(label - centre));
  // Where more than half of the labels are the same, the distances say nothing of the others.
  double spread = kDeviation * median(std::move(distances));
  if (spread <= 0.0) spread = moments(labels).second;
  lowest_ = centre - kRobustDeviations * spread;
  if (needed - spread < lowest_) lowest_ = needed - spread;
  for (double& label : labels) label = std::max(label, lowest_);
  std::tie(mean_, deviation_) = moments(labels);
}

double LabelScale::operator()(double label) const {
  return (std::max(label, lowest_) - mean_) / deviation_;
}

MetricModel::MetricModel(const SearchFeatures& features, std::vector<ProcessChoice> choices)
    : features_(features), choices_(std::move(choices)) {
  DINAS_CHECK(!choices_.empty());
}

void MetricModel::forget() {
  trials_.clear();
  for (const ProcessChoice& choice : choices_) {
    trials_.emplace_back(make_kernel(features_, choice), choice.noise);
  }
  places_.clear();
  codes_.clear();
  process_ = nullptr;
}

void MetricModel::grow(GaussianProcess& process, std::size_t size) const {
  const std::size_t compared = process.kernel().features();
  while (process.size() < size) {
    process.add(std::span(codes_[process.size()]).first(compared));
  }
}

std::size_t MetricModel::most_likely(std::span<const double> values) {
  const auto deciding = values.first(std::min(values.size(), kDeciding));
  std::size_t best = 0;
  for (std::size_t c = 0; c < trials_.size(); ++c) {
    grow(trials_[c], deciding.size());
    trials_[c].set_values(deciding);
    if (trials_[c].log_likelihood() > trials_[best].log_likelihood()) best = c;
  }
  return best;
}

void MetricModel::learn(const std::vector<const Architecture*>& places,
                        const std::vector<double>& labels, double needed) {
  DINAS_CHECK(!labels.empty() && places.size() == labels.size());
  const auto same = [](const Architecture& a, const Architecture* b) { return a == *b; };
  const bool grown = trials_.size() == choices_.size() && places_.size() <= places.size() &&
                     std::equal(places_.begin(), places_.end(), places.begin(), same);
  if (!grown) forget();
  for (std::size_t i = places_.size(); i < places.size(); ++i) {
    places_.push_back(*places[i]);
    codes_.push_back(features_.codes(*places[i]));
  }
  scale_ = LabelScale(labels, needed);
  std::vector<double> values;
  for (const double label : labels) values.push_back(scale_(label));
  const std::size_t choice = choices_.size() > 1 ? most_likely(values) : 0;
  if (!process_ || choice != choice_) {
    process_ = std::make_unique<GaussianProcess>(make_kernel(features_, choices_[choice]),
                                                 choices_[choice].noise);
    choice_ = choice;
    ++generation_;
  }
  grow(*process_, places_.size());
  process_->set_values(values);
}

}  // namespace dinas
