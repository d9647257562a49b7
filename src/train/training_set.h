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
/// the same answer: hidden iff its uniform draw is below `share`, so a larger share hides more.
bool is_hidden_class(std::uint64_t canonical_class, double share, std::uint64_t seed);

/// Rows of a table that training may see. Degenerate and hidden rows are left out.
struct TrainingSet {
  std::shared_ptr<const Space> space;
  std::vector<Architecture> architectures;  // the labelled ones first
  std::size_t labelled = 0;
  std::size_t evaluated = 0;                   // of the labelled, those whose labels cost something
  std::vector<MetricDistribution> metrics;     // over the labelled rows
  LabelTable labels;                           // [labelled]
  std::vector<std::uint64_t> seen_classes;     // sorted, distinct, labelled or not
  std::vector<std::vector<double>> marginals;  // [variables][values] over all architectures
};

/// A row counts as labelled if it has a finite value of at least one of the metrics, and as
/// evaluated if that is a metric the space does not compute (all of them, where it computes all).
/// With `options.labels`, classes and members are drawn among the evaluated rows by (seed, class)
/// alone: the order of the table does not matter, and fewer labels are a subset of more; rows that
/// have only computed labels keep them, they cost nothing. All other visible rows, the twins of
/// labelled ones included, follow unlabelled, whatever the level of a metric.
/// Both groups keep the table's order. Throws Error when nothing is left to train on or a metric
/// has no label at all; UsageError for a metric that is no column or named twice, a share outside
/// [0, 1), and more labels than there are classes with labels.
TrainingSet make_training_set(const Table& table, const std::vector<MetricSpec>& metrics,
                              const SplitOptions& options);

}  // namespace dinas
