// From a table to what training sees: hidden classes taken out, labels drawn, tail fractions known.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "condition/labels.h"
#include "condition/metric.h"
#include "space/space.h"
#include "table/table.h"

namespace dinas {

struct SplitOptions {
  std::uint64_t labels = 0;   // classes to label, one seeded random member each; 0: every row
  double hide_classes = 0.0;  // share of isomorphism classes hidden from training, in [0, 1)
  std::uint64_t seed = 0;
};

/// Is this class hidden? A pure function of (class, share, seed), so that a table read later gives
/// the same answer: hidden iff its uniform draw is below `share`.
bool is_hidden_class(std::uint64_t canonical_class, double share, std::uint64_t seed);

/// Rows of a table that training may see. Degenerate and hidden rows are left out.
struct TrainingSet {
  std::shared_ptr<const Space> space;
  std::vector<Architecture> architectures;  // the labelled ones first
  std::size_t labelled = 0;
  std::vector<MetricDistribution> metrics;  // over the labelled rows
  LabelTable labels;                        // [labelled]
  std::vector<std::uint64_t> seen_classes;  // sorted, distinct, labelled or not
  std::vector<std::vector<double>> marginals;  // [variables][values] over all architectures
};

/// A row counts as labelled if it has at least one of the metrics. Throws Error when a metric has
/// no label at all, UsageError when more labels are asked for than there are classes.
TrainingSet make_training_set(const Table& table, const std::vector<MetricSpec>& metrics,
                              const SplitOptions& options);

}  // namespace dinas
