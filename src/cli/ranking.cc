#include "cli/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "baseline/expectation.h"

namespace dinas {
namespace {

LabelledArchitectures labels_of(const Table& table, const Column& column) {
  LabelledArchitectures known;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.degenerate(row) || std::isnan(column.values[row])) continue;
    known.architectures.push_back(table.architecture(row));
    known.labels.push_back(column.values[row]);
  }
  if (known.labels.empty()) {
    throw Error(fmt::format("--rank: column '{}' of {} has no value", column.name, column.file));
  }
  return known;
}

std::vector<double> expectations(const std::vector<Architecture>& candidates,
                                 const Criterion& criterion, const Table& table) {
  const Space& space = table.space();
  if (const auto metric = computed_metric(space, criterion.metric)) {
    std::vector<double> values;
    for (const Architecture& a : candidates) values.push_back(space.compute(*metric, a));
    return values;
  }
  const Column& column = *table.find_column(criterion.metric);
  return expected_labels(space, {criterion.metric, criterion.direction}, labels_of(table, column),
                         candidates);
}

}  // namespace

void rank_by_expectation(std::vector<Found>& found, const Criterion& criterion,
                         const Table& table) {
  std::vector<Architecture> candidates;
  for (const Found& f : found) candidates.push_back(f.architecture);
  const std::vector<double> expected = expectations(candidates, criterion, table);
  for (std::size_t i = 0; i < found.size(); ++i) found[i].expected = expected[i];
  std::ranges::stable_sort(found, [&](const Found& a, const Found& b) {
    return strictly_better(criterion.direction, a.expected, b.expected);
  });
}

}  // namespace dinas
