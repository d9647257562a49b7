// What architectures without labels are worth, so that the best of many can be looked at first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "baseline/expectation.h"
#include "condition/bound.h"
#include "eval/selection.h"
#include "model/model.h"
#include "table/table.h"

namespace dinas {

/// By what labels let expect (expect_labels), of a metric that the space computes by its value.
class Ranking {
 public:
  /// By the criterion's metric within `bounds`; a bound that neither labels nor the space tell of
  /// is left out. `table`: with the criterion's column; may be null where the space computes it.
  /// Throws UsageError where it is null and needed, Error where the column has no value.
  Ranking(const Criterion& criterion, const std::vector<Bound>& bounds, const Model& model,
          const Space& space, const Table* table);

  /// Of which something is expected, the criterion's first.
  [[nodiscard]] std::vector<std::string> metrics() const;

  struct Worth {
    // As a search without optimism sees it (Surrogate::choose): the expectation of the criterion's
    // metric in deviations of its labels, plus the logarithm of the probability that measuring
    // finds every bound on another metric kept.
    double merit = 0.0;
    std::vector<double> expected;  // [metrics], in their units
  };
  /// [candidates]
  [[nodiscard]] std::vector<Worth> judge(const std::vector<Architecture>& candidates) const;

 private:
  struct Told {
    MetricSpec spec;
    std::optional<std::size_t> computed;  // by the space; otherwise there are labels
    LabelledArchitectures known;
    double limit = 0.0;  // of a bound
  };
  [[nodiscard]] static std::optional<Told> told(const MetricSpec& spec, const Space& space,
                                                const Table* table);
  [[nodiscard]] Expectation expect(const Told& metric,
                                   const std::vector<Architecture>& candidates) const;
  [[nodiscard]] double merit(const std::vector<Expectation>& expected, std::size_t candidate) const;

  const Space& space_;
  const Table* table_;
  std::vector<Told> told_;  // the criterion's metric, then bounds
};

}  // namespace dinas
