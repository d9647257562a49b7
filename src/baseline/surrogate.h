// What a search believes of architectures it has not evaluated, and which of them it wants.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "baseline/features.h"
#include "baseline/front_gain.h"
#include "baseline/metric_model.h"
#include "baseline/task.h"

namespace dinas {

struct SurrogateOptions {
  // Not all `effective`. Those that are count only where the space has effective forms.
  std::vector<ProcessChoice> choices;
  // Deviations that the upper confidence bound adds; of several the one whose turn it is by the
  // length of the history. Not empty.
  std::vector<double> optimism{1.0};
};

/// Architectures to choose from, with what is known of them in advance.
class CandidateSet {
 public:
  CandidateSet(const SearchTask& task, std::vector<Architecture> architectures);

  [[nodiscard]] std::size_t size() const { return architectures_.size(); }
  [[nodiscard]] const Architecture& operator[](std::size_t i) const { return architectures_[i]; }
  [[nodiscard]] const std::vector<Architecture>& architectures() const { return architectures_; }

 private:
  friend class Surrogate;

  std::vector<Architecture> architectures_;
  CodeTable codes_;
  std::vector<std::vector<double>> computed_;  // [metrics][size], oriented; empty: not computed
  std::vector<std::unique_ptr<Posterior>> posteriors_;  // [metrics]
  std::vector<std::size_t> generations_;                // [metrics]
};

/// A Gaussian process for every metric of the task that the space does not compute.
class Surrogate {
 public:
  /// The task is not copied.
  Surrogate(const SearchTask& task, SurrogateOptions options);

  /// False: a metric has no label yet, nothing can be said.
  bool learn(const History& history);

  /// The `count` most promising candidates, one after the other, each as if the ones before and the
  /// `pending` ones had turned out as expected: what is expected to break a limit adds nothing to
  /// the front. `closed[i]`: not to be chosen. Merit: the upper
  /// confidence bound of the objective in deviations, plus the logarithm of the probability that
  /// all limits are kept; of several objectives the volume that the point of their upper confidence
  /// bounds adds to the front, times that probability.
  [[nodiscard]] std::vector<std::size_t> choose(CandidateSet& candidates,
                                                std::vector<std::uint8_t> closed,
                                                const std::vector<std::size_t>& pending,
                                                std::size_t count) const;

 private:
  [[nodiscard]] bool matters(std::size_t metric) const;
  void predict(CandidateSet& candidates) const;
  void remember_front(const History& history);
  [[nodiscard]] Point scaled(Point point) const;
  [[nodiscard]] Point hope(const CandidateSet& candidates, std::size_t candidate,
                           double optimism) const;
  [[nodiscard]] double merit(const CandidateSet& candidates, std::size_t candidate,
                             const FrontGain& gain) const;
  [[nodiscard]] bool is_likely_feasible(const CandidateSet& candidates,
                                        std::size_t candidate) const;
  [[nodiscard]] double log_feasible(const CandidateSet& candidates, std::size_t candidate) const;

  const SearchTask& task_;
  SearchFeatures features_;
  SurrogateOptions options_;
  double optimism_ = 0.0;                           // of this turn
  std::vector<std::optional<MetricModel>> models_;  // [metrics]
  std::vector<LabelScale> scales_;                  // [metrics]
  std::vector<std::pair<double, double>> ranges_;   // [objectives] of the oriented labels
  std::vector<Point> known_;  // results that keep the limits, scaled by the ranges
};

}  // namespace dinas
