#include "cli/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/error.h"
#include "baseline/expectation.h"

namespace dinas {
namespace {

LabelledArchitectures labels_of(const Table& table, const std::string& metric) {
  const Column& column = *table.find_column(metric);
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
  return expected_labels(space, {criterion.metric, criterion.direction},
                         labels_of(table, criterion.metric), candidates);
}

/// Of every different architecture among the found ones what is expected of each criterion.
std::map<Architecture, std::vector<double>> expectations_of(const std::vector<Found>& found,
                                                            const std::vector<Criterion>& criteria,
                                                            const Table& table) {
  std::map<Architecture, std::vector<double>> expected;
  for (const Found& f : found) expected.try_emplace(f.architecture);
  std::vector<Architecture> candidates;
  for (const auto& [architecture, values] : expected) candidates.push_back(architecture);
  for (const Criterion& criterion : criteria) {
    const std::vector<double> of_candidates = expectations(candidates, criterion, table);
    auto value = of_candidates.begin();
    for (auto& [architecture, values] : expected) values.push_back(*value++);
  }
  return expected;
}

}  // namespace

std::vector<std::string> rank_by_expectation(std::vector<Found>& found, const Criterion& criterion,
                                             const std::vector<Bound>& bounds, const Model& model,
                                             const Table& table) {
  std::vector<Criterion> criteria{criterion};
  std::vector<Bound> told;  // [criteria - 1]
  for (const Bound& bound : bounds) {
    const MetricSpec& spec = model.metrics[bound.metric].spec();
    const bool known =
        table.find_column(spec.name) != nullptr || computed_metric(table.space(), spec.name);
    if (spec.name == criterion.metric || !known) continue;
    criteria.push_back({spec.name, spec.direction});
    told.push_back(bound);
  }
  const auto expected = expectations_of(found, criteria, table);
  const auto rank = [&](const Found& f) {
    bool kept = true;
    for (std::size_t i = 0; i < told.size(); ++i) {
      kept = kept && keeps(told[i], model.metrics[told[i].metric], f.expected[i + 1]);
    }
    const double value = f.expected.front();
    return std::pair(!kept, criterion.direction == Direction::kMax ? -value : value);
  };
  for (Found& f : found) f.expected = expected.at(f.architecture);
  std::ranges::stable_sort(found, {}, rank);

  std::vector<std::string> names;
  for (const Criterion& c : criteria) names.push_back(c.metric);
  return names;
}

}  // namespace dinas
