#include "eval/search_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "baseline/candidates.h"
#include "eval/quality.h"

namespace dinas {
namespace {

SearchTask metrics_and_limits(std::shared_ptr<const Space> space,
                              const std::vector<MetricSpec>& objectives,
                              const std::vector<AskedLimit>& limits) {
  if (objectives.empty()) throw UsageError("expected at least one objective, found none");
  SearchTask task;
  task.space = std::move(space);
  task.objectives = objectives.size();
  const auto find = [&](const std::string& name) {
    return std::ranges::find(task.metrics, name, [](const SearchMetric& m) { return m.spec.name; });
  };
  for (const MetricSpec& spec : objectives) {
    if (find(spec.name) != task.metrics.end()) {
      throw UsageError(fmt::format("'{}' is an objective twice: name it once", spec.name));
    }
    task.metrics.push_back({spec, std::nullopt});
  }
  for (const AskedLimit& limit : limits) {
    auto metric = find(limit.metric);
    if (metric == task.metrics.end()) {
      task.metrics.push_back({{limit.metric, limit.direction, MetricLevel::kCell}, std::nullopt});
      metric = task.metrics.end() - 1;
    }
    if (metric->spec.direction != limit.direction) {
      throw UsageError(
          fmt::format("'{}' is bounded against the direction in which it is better: turn the bound "
                      "or the objective around",
                      limit.metric));
    }
    task.limits.push_back(
        {static_cast<std::size_t>(metric - task.metrics.begin()), limit.threshold});
  }
  return task;
}

/// Does the space compute the column? Tables are often rounded.
bool agrees(const Table& table, const std::vector<double>& values, std::size_t computed) {
  constexpr double kDigits = 1e-4;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (std::isnan(values[row])) continue;
    const double exact = table.space().compute(computed, table.architecture(row));
    if (std::abs(values[row] - exact) > kDigits * std::max(1.0, std::abs(exact))) return false;
  }
  return true;
}

/// What a table answers with.
struct Answers {
  const Table& table;
  std::vector<SearchMetric> metrics;
  std::vector<const std::vector<double>*> columns;  // [metrics]
  std::vector<std::uint8_t> known;                  // [rows]

  [[nodiscard]] bool has(const Architecture& architecture) const {
    const auto row = table.find(architecture);
    return row && known[*row] != 0;
  }
  [[nodiscard]] std::optional<std::vector<double>> of(const Architecture& architecture) const {
    const auto row = table.find(architecture);
    if (!row) return std::nullopt;
    std::vector<double> values;
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      values.push_back(metrics[m].computed
                           ? table.space().compute(*metrics[m].computed, architecture)
                           : (*columns[m])[*row]);
    }
    return values;
  }
};

void find_known_rows(Answers& answers, const std::vector<std::string>& also) {
  std::vector<const std::vector<double>*> needed = answers.columns;
  for (const std::string& name : also) needed.push_back(&column_values(answers.table, name));
  for (std::size_t row = 0; row < answers.table.rows(); ++row) {
    const bool known = !answers.table.degenerate(row) &&
                       std::ranges::none_of(needed, [row](const std::vector<double>* column) {
                         return std::isnan((*column)[row]);
                       });
    answers.known.push_back(known ? 1 : 0);
  }
}

}  // namespace

KnownTask table_task(const Table& table, const std::vector<MetricSpec>& objectives,
                     const std::vector<AskedLimit>& limits, const std::vector<std::string>& also) {
  SearchTask task = metrics_and_limits(table.shared_space(), objectives, limits);
  const auto answers = std::make_shared<Answers>(Answers{table, {}, {}, {}});
  for (SearchMetric& metric : task.metrics) {
    const std::vector<double>& values = column_values(table, metric.spec.name);
    const auto computed = computed_metric(table.space(), metric.spec.name);
    // What a search is to find out it must not know: the only objective.
    const bool sought = task.objectives == 1 && answers->columns.empty();
    if (computed && !sought && agrees(table, values, *computed)) metric.computed = computed;
    answers->columns.push_back(&values);
  }
  answers->metrics = task.metrics;
  find_known_rows(*answers, also);
  task.answerable = [answers](const Architecture& a) { return answers->has(a); };
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Architecture& architecture = table.architecture(row);
    if (answers->known[row] != 0 && may_ask(task, architecture)) task.pool.push_back(architecture);
  }
  if (task.pool.empty()) {
    throw UsageError(
        "no row of the table has all metrics and keeps the bounds that are known in advance: relax "
        "the bounds");
  }
  return {std::move(task), [answers](const Architecture& a) { return answers->of(a); }};
}

KnownTask computed_task(const std::shared_ptr<const Space>& space,
                        const std::vector<MetricSpec>& objectives,
                        const std::vector<AskedLimit>& limits) {
  SearchTask task = metrics_and_limits(space, objectives, limits);
  for (SearchMetric& metric : task.metrics) {
    metric.computed = computed_metric(*space, metric.spec.name);
    if (metric.computed) continue;
    throw UsageError(fmt::format(
        "space '{}' does not compute '{}': give a table that has it, see 'dinas spaces'",
        space->name(), metric.spec.name));
  }
  std::vector<std::size_t> computed;
  for (SearchMetric& metric : task.metrics) {
    computed.push_back(*metric.computed);
    // A search must not know what it is to find out; bounds it may.
    if (static_cast<std::size_t>(&metric - task.metrics.data()) < task.objectives) {
      metric.computed.reset();
    }
  }
  const Table listed = computed_table(space);
  for (std::size_t row = 0; row < listed.rows(); ++row) {
    if (may_ask(task, listed.architecture(row))) task.pool.push_back(listed.architecture(row));
  }
  return {std::move(task), [space, computed](const Architecture& a) {
            std::vector<double> values;
            for (const std::size_t index : computed) values.push_back(space->compute(index, a));
            return std::optional(std::move(values));
          }};
}

}  // namespace dinas
