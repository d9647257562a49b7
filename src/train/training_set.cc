#include "train/training_set.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>

#include "base/error.h"
#include "base/random.h"

namespace dinas {
namespace {

using Columns = std::vector<const Column*>;

// The draws of one class: what one class gets never depends on which others there are.
RandomStream class_stream(std::uint64_t seed, Purpose purpose, std::uint64_t canonical_class) {
  return RandomStream(seed, purpose, static_cast<std::uint32_t>(canonical_class),
                      static_cast<std::uint32_t>(canonical_class >> 32));
}

Columns find_columns(const Table& table, const std::vector<MetricSpec>& metrics) {
  Columns columns;
  for (const MetricSpec& spec : metrics) {
    const Column* column = table.find_column(spec.name);
    if (column == nullptr) {
      std::vector<std::string> names;
      for (const Column& known : table.columns()) names.push_back(known.name);
      throw UsageError(fmt::format("metric '{}': expected a column of the table, which has {}",
                                   spec.name, fmt::join(names, ", ")));
    }
    if (std::find(columns.begin(), columns.end(), column) != columns.end()) {
      throw UsageError(fmt::format(
          "metric '{}': expected each metric once, found it twice; drop one", spec.name));
    }
    columns.push_back(column);
  }
  return columns;
}

// Rows that training may see: not degenerate, not hidden.
std::vector<std::size_t> visible_rows(const Table& table, const SplitOptions& options) {
  if (!(options.hide_classes >= 0.0 && options.hide_classes < 1.0)) {
    throw UsageError(fmt::format(
        "share of hidden classes: expected a number in [0, 1), found {}; write for example 0.5",
        options.hide_classes));
  }
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.degenerate(row)) continue;
    if (is_hidden_class(table.class_of(row), options.hide_classes, options.seed)) continue;
    rows.push_back(row);
  }
  if (rows.empty()) {
    throw Error(fmt::format(
        "training set: expected at least one architecture with a path from input to output whose "
        "class is not hidden, found none in the table's {} rows; give a larger table or hide less",
        table.rows()));
  }
  return rows;
}

bool has_label(const Columns& columns, std::size_t row) {
  return std::any_of(columns.begin(), columns.end(),
                     [row](const Column* column) { return std::isfinite(column->values[row]); });
}

struct DrawnClass {
  double order = 0.0;  // the classes with the smallest draws are labelled
  std::uint64_t canonical_class = 0;
  std::size_t row = 0;  // the member to label
};

DrawnClass draw_member(const Table& table, std::uint64_t canonical_class,
                       std::vector<std::size_t> members, std::uint64_t seed) {
  std::sort(members.begin(), members.end(), [&table](std::size_t a, std::size_t b) {
    return table.architecture(a) < table.architecture(b);
  });
  RandomStream stream = class_stream(seed, Purpose::kLabel, canonical_class);
  const double order = stream.uniform();
  const std::uint32_t member = stream.below(static_cast<std::uint32_t>(members.size()));
  return {order, canonical_class, members[member]};
}

// The columns whose values cost an evaluation: those the space does not compute, or all.
Columns evaluated_columns(const Table& table, const Columns& columns) {
  Columns result;
  std::ranges::copy_if(columns, std::back_inserter(result), [&table](const Column* column) {
    return !computed_metric(table.space(), column->name);
  });
  return result.empty() ? columns : result;
}

// One member each of `options.labels` classes, out of `candidates`, in the table's order.
std::vector<std::size_t> draw_labelled(const Table& table, const SplitOptions& options,
                                       const std::vector<std::size_t>& candidates) {
  std::map<std::uint64_t, std::vector<std::size_t>> classes;
  for (const std::size_t row : candidates) classes[table.class_of(row)].push_back(row);
  if (options.labels > classes.size()) {
    throw UsageError(fmt::format(
        "labels: expected at most {}, the number of visible classes with a value of any metric, "
        "found {}; ask for fewer labels or hide fewer classes",
        classes.size(), options.labels));
  }
  std::vector<DrawnClass> drawn;
  for (const auto& [canonical_class, members] : classes) {
    drawn.push_back(draw_member(table, canonical_class, members, options.seed));
  }
  std::sort(drawn.begin(), drawn.end(), [](const DrawnClass& a, const DrawnClass& b) {
    return std::tie(a.order, a.canonical_class) < std::tie(b.order, b.canonical_class);
  });
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < options.labels; ++i) rows.push_back(drawn[i].row);
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<MetricDistribution> distributions(const std::vector<MetricSpec>& metrics,
                                              const Columns& columns,
                                              const std::vector<std::size_t>& labelled) {
  std::vector<MetricDistribution> result;
  for (std::size_t k = 0; k < metrics.size(); ++k) {
    std::vector<double> values;
    for (const std::size_t row : labelled) {
      const double value = columns[k]->values[row];
      if (std::isfinite(value)) values.push_back(value);
    }
    if (values.empty()) {
      throw Error(
          fmt::format("metric '{}': expected a value in at least one of the {} labelled rows, "
                      "found none in {}; "
                      "ask for more labels or leave the metric out",
                      metrics[k].name, labelled.size(), columns[k]->file));
    }
    result.emplace_back(metrics[k], std::move(values));
  }
  return result;
}

LabelTable rank_labels(const Table& table, const Columns& columns,
                       const std::vector<MetricDistribution>& metrics,
                       const std::vector<std::size_t>& labelled) {
  LabelTable labels;
  labels.metrics = metrics.size();
  for (const std::size_t row : labelled) {
    labels.classes.push_back(table.class_of(row));
    for (std::size_t k = 0; k < metrics.size(); ++k) {
      const double value = columns[k]->values[row];
      const std::size_t rank = std::isfinite(value) ? metrics[k].rank(value) : 0;
      labels.ranks.push_back(static_cast<std::uint32_t>(rank));
    }
  }
  return labels;
}

// Per variable, how often each value occurs.
std::vector<std::vector<double>> estimate_marginals(
    const Skeleton& skeleton, const std::vector<Architecture>& architectures) {
  std::vector<std::vector<double>> marginals;
  for (const Variable& variable : skeleton.variables) {
    const std::size_t place = marginals.size();
    std::vector<double> counts(static_cast<std::size_t>(variable.size()));
    for (const Architecture& architecture : architectures) ++counts[architecture[place]];
    for (double& count : counts) count /= static_cast<double>(architectures.size());
    marginals.push_back(std::move(counts));
  }
  return marginals;
}

}  // namespace

bool is_hidden_class(std::uint64_t canonical_class, double share, std::uint64_t seed) {
  return class_stream(seed, Purpose::kHide, canonical_class).uniform() < share;
}

TrainingSet make_training_set(const Table& table, const std::vector<MetricSpec>& metrics,
                              const SplitOptions& options) {
  const Columns columns = find_columns(table, metrics);
  const auto visible = visible_rows(table, options);
  std::vector<std::size_t> labelled;
  std::copy_if(visible.begin(), visible.end(), std::back_inserter(labelled),
               [&columns](std::size_t row) { return has_label(columns, row); });
  const Columns costly = evaluated_columns(table, columns);
  const auto free_labels =
      std::stable_partition(labelled.begin(), labelled.end(),
                            [&costly](std::size_t row) { return has_label(costly, row); });
  std::vector<std::size_t> evaluated(labelled.begin(), free_labels);
  if (options.labels > 0) evaluated = draw_labelled(table, options, evaluated);
  labelled.erase(labelled.begin(), free_labels);
  labelled.insert(labelled.end(), evaluated.begin(), evaluated.end());
  std::ranges::sort(labelled);

  TrainingSet set;
  set.evaluated = evaluated.size();
  set.space = table.shared_space();
  set.labelled = labelled.size();
  set.metrics = distributions(metrics, columns, labelled);
  set.labels = rank_labels(table, columns, set.metrics, labelled);
  for (const std::size_t row : labelled) set.architectures.push_back(table.architecture(row));
  for (const std::size_t row : visible) {
    set.seen_classes.push_back(table.class_of(row));
    if (std::binary_search(labelled.begin(), labelled.end(), row)) continue;
    set.architectures.push_back(table.architecture(row));
  }
  std::sort(set.seen_classes.begin(), set.seen_classes.end());
  set.seen_classes.erase(std::unique(set.seen_classes.begin(), set.seen_classes.end()),
                         set.seen_classes.end());
  set.marginals = estimate_marginals(table.space().skeleton(), set.architectures);
  return set;
}

}  // namespace dinas
