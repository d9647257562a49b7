// Exact sampling of training pairs (architecture, bounds): docs/conditions.md.
//
// The joint density is prod_k tau_k^-a 1[t_k(G) <= tau_k] over the active metrics, so that for
// every tau the architectures of the pairs are uniform over the labelled ones that meet all bounds.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/random.h"
#include "condition/condition.h"
#include "condition/labels.h"

namespace dinas {

/// Law of the number of active metrics, [0..metrics], sums to 1: .12, .30, .27, .20 for 0..3 and
/// the rest spread evenly over 4..metrics; with fewer metrics the missing sizes' mass goes to the
/// possible sizes >= 1 in proportion.
std::vector<double> active_size_law(std::size_t metrics);

/// I(t) = integral from t to 1 of tau^-a d tau, t in (0, 1]; any a, 1 included.
double tail_weight(double t, double exponent);
/// tau in [t, 1] with density proportional to tau^-a, by `coin` in [0, 1).
double draw_tau(double t, double exponent, double coin);

struct TrainingPair {
  std::size_t row = 0;  // below labels.rows(): labelled; otherwise an unlabelled architecture
  Condition condition;  // log tau of the active metrics
};

/// Draws pairs: the size of the active set by active_size_law, the set uniformly, a labelled row
/// with probability proportional to the product of I(t_k) over the set, then each tau_k by
/// draw_tau. A row without a value of an active metric, or last on it (t_k = 1, I = 0), is not
/// eligible. A set without an eligible row is dropped and size and set are drawn anew, so the other
/// sets keep their odds. Not thread-safe: keeps cumulative weights per active set, up to 256 MB.
class PairSampler {
 public:
  /// `labels` is borrowed, `metrics` only read here. `architectures` >= labels.rows(), at least 1,
  /// below 2^32: null pairs are uniform over all of them. `exponent`: a, larger practises tight
  /// bounds more often. Throws UsageError unless it is in [0, 3].
  PairSampler(const LabelTable& labels, std::span<const MetricDistribution> metrics,
              std::size_t architectures, double exponent = 1.25);

  TrainingPair draw(RandomStream& stream);

 private:
  const std::vector<double>& cumulative(const std::vector<std::size_t>& active);
  [[nodiscard]] double tail(std::size_t row, std::size_t metric) const;

  const LabelTable& labels_;
  std::vector<double> reference_sizes_;  // [metrics]
  std::vector<double> weights_;          // [rows, metrics] I(t), 0 where the value is missing
  std::size_t architectures_;
  double exponent_;
  std::vector<double> size_law_;
  std::map<std::vector<std::size_t>, std::vector<double>> cumulative_;
};

}  // namespace dinas
