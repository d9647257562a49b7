// One metric of a search as a Gaussian process sees it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "baseline/features.h"
#include "baseline/gaussian_process.h"
#include "space/space.h"

namespace dinas {

/// A kernel and a noise that the likelihood may choose.
struct ProcessChoice {
  AgreementKernel::Shape shape;
  double noise = 0.1;
  bool effective = false;  // compares the values of the effective architecture
  bool summary = false;    // compares graphs as well as values, both of the same weight
};

/// Exponential kernels of several decays over the values as they are or of the effective
/// architecture, alone or with its graph, each with each of the noises: what pays in searches
/// (docs/search.md).
std::vector<ProcessChoice> exponential_choices(std::span<const double> noises);
/// Those choices that mean something in the space: without effective forms not the `effective`
/// ones.
std::vector<ProcessChoice> choices_for(const Space& space, std::vector<ProcessChoice> choices);

/// Brings oriented labels (higher is better) to mean 0 and deviation 1. Values far below the median
/// are raised to 3 robust deviations below it first: a network at chance level says that it is bad,
/// not by how much, and would otherwise take all of the scale.
class LabelScale {
 public:
  LabelScale() = default;
  /// `labels`: not empty. `needed`: a value that must not be cut off, a limit, or NaN.
  LabelScale(std::vector<double> labels, double needed);
  [[nodiscard]] double operator()(double label) const;
  /// The label of a scaled value.
  [[nodiscard]] double label(double scaled) const { return mean_ + deviation_ * scaled; }
  /// Of the labels: what is 1 when scaled.
  [[nodiscard]] double deviation() const { return deviation_; }

 private:
  double lowest_ = 0.0;
  double mean_ = 0.0;
  double deviation_ = 1.0;
};

/// One metric: a Gaussian process on the labels of a history.
class MetricModel {
 public:
  /// The features are borrowed.
  MetricModel(const SearchFeatures& features, std::vector<ProcessChoice> choices);

  /// `labels`: oriented; `places`: the architectures, in the order of the history. What was learned
  /// from an unchanged beginning is kept.
  void learn(const std::vector<const Architecture*>& places, const std::vector<double>& labels,
             double needed);

  [[nodiscard]] const GaussianProcess& process() const { return *process_; }
  /// Changes whenever process() has become another object.
  [[nodiscard]] std::size_t generation() const { return generation_; }
  [[nodiscard]] const LabelScale& scale() const { return scale_; }

  /// The first labels decide about kernel and noise: more cost much and tell little.
  static constexpr std::size_t kDeciding = 200;

 private:
  void forget();
  void grow(GaussianProcess& process, std::size_t size) const;
  [[nodiscard]] std::size_t most_likely(std::span<const double> values);

  const SearchFeatures& features_;
  std::vector<ProcessChoice> choices_;
  std::vector<GaussianProcess> trials_;  // one a choice, on at most kDeciding labels
  std::vector<Architecture> places_;
  std::vector<std::vector<std::uint8_t>> codes_;  // of the places
  std::unique_ptr<GaussianProcess> process_;
  std::size_t choice_ = 0;
  std::size_t generation_ = 0;
  LabelScale scale_;
};

}  // namespace dinas
