#include "eval/search_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>

#include "base/error.h"
#include "baseline/candidates.h"
#include "eval/quality.h"

namespace dinas {
namespace {

std::size_t find_metric(const SearchTask& task, const std::string& name) {
  const auto found =
      std::ranges::find(task.metrics, name, [](const SearchMetric& m) { return m.spec.name; });
  return static_cast<std::size_t>(found - task.metrics.begin());
}

void add_limit(SearchTask& task, const AskedLimit& limit) {
  const std::size_t index = find_metric(task, limit.metric);
  if (index == task.metrics.size()) {
    task.metrics.push_back({{limit.metric, limit.direction, MetricLevel::kCell}, std::nullopt});
  }
  if (std::ranges::find(task.limits, index, &Limit::metric) != task.limits.end()) {
    throw UsageError(fmt::format("'{}' has two bounds: keep one of them", limit.metric));
  }
  if (task.metrics[index].spec.direction != limit.direction) {
    throw UsageError(
        fmt::format("'{}' is bounded against the direction in which it is better: turn the bound "
                    "or the objective around",
                    limit.metric));
  }
  task.limits.push_back({index, limit.threshold});
}

bool agrees(const Table& table, const Column& column, std::size_t computed) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (std::isnan(column.values[row])) continue;
    const double exact = table.space().compute(computed, table.architecture(row));
    if (!is_rounded(column.values[row], exact)) return false;
  }
  return true;
}

// What a table answers with.
struct Answers {
  const Table& table;
  std::vector<SearchMetric> metrics;
  std::vector<const std::vector<double>*> columns;  // [metrics]; null: known in advance
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
      values.push_back(columns[m] == nullptr
                           ? table.space().compute(*metrics[m].computed, architecture)
                           : (*columns[m])[*row]);
    }
    return values;
  }
};

void find_known_rows(Answers& answers, const std::vector<std::string>& also) {
  std::vector<const std::vector<double>*> needed = answers.columns;
  std::erase(needed, nullptr);
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

AskedLimit asked_limit(const BoundRequest& request) {
  if (request.form == BoundRequest::Form::kTop) {
    throw UsageError(fmt::format(
        "'{}': a search needs the value itself: write METRIC <= V or METRIC >= V", request.text));
  }
  const bool at_least = request.form == BoundRequest::Form::kAtLeast;
  return {request.metric, at_least ? Direction::kMax : Direction::kMin, request.value};
}

SearchTask asked_task(std::shared_ptr<const Space> space, const std::vector<MetricSpec>& objectives,
                      const std::vector<AskedLimit>& limits) {
  if (objectives.empty()) {
    throw UsageError("expected an objective: --maximize METRIC or --minimize METRIC");
  }
  SearchTask task;
  task.space = std::move(space);
  task.objectives = objectives.size();
  for (const MetricSpec& spec : objectives) {
    if (find_metric(task, spec.name) != task.metrics.size()) {
      throw UsageError(fmt::format("'{}' is an objective twice: name it once", spec.name));
    }
    task.metrics.push_back({spec, std::nullopt});
  }
  for (const AskedLimit& limit : limits) add_limit(task, limit);
  return task;
}

void mark_computed(SearchTask& task, const Table* table) {
  for (SearchMetric& metric : task.metrics) {
    metric.computed = computed_metric(*task.space, metric.spec.name);
    const Column* column = table ? table->find_column(metric.spec.name) : nullptr;
    if (metric.computed && column && !agrees(*table, *column, *metric.computed)) {
      metric.computed.reset();
    }
  }
  const auto objectives = std::span(task.metrics).first(task.objectives);
  if (std::ranges::all_of(objectives, [](const auto& m) { return m.computed.has_value(); })) {
    for (SearchMetric& metric : objectives) metric.computed.reset();
  }
}

void list_pool(SearchTask& task) {
  const auto count = task.space->enumerable();
  if (!count) return;
  for (std::uint64_t i = 0; i < *count; ++i) {
    Architecture architecture = nth_architecture(task.space->skeleton(), i);
    if (may_ask(task, architecture)) task.pool.push_back(std::move(architecture));
  }
}

KnownTask table_task(SearchTask task, const Table& table, const std::vector<std::string>& also) {
  const auto answers = std::make_shared<Answers>(Answers{table, task.metrics, {}, {}});
  for (const SearchMetric& metric : task.metrics) {
    answers->columns.push_back(metric.computed ? nullptr : &column_values(table, metric.spec.name));
  }
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

KnownTask computed_task(SearchTask task) {
  std::vector<std::size_t> computed;
  for (const SearchMetric& metric : task.metrics) {
    const auto index = computed_metric(*task.space, metric.spec.name);
    if (!index) {
      throw UsageError(fmt::format(
          "space '{}' does not compute '{}': give a table that has it, see 'dinas spaces'",
          task.space->name(), metric.spec.name));
    }
    computed.push_back(*index);
  }
  list_pool(task);
  const auto classes = task.space->enumerable() ? std::nullopt : task.space->representatives();
  if (classes) {
    std::ranges::copy_if(*classes, std::back_inserter(task.pool),
                         [&](const Architecture& a) { return may_ask(task, a); });
  }
  auto answer = [space = task.space, computed](const Architecture& a) {
    std::vector<double> values;
    for (const std::size_t index : computed) values.push_back(space->compute(index, a));
    return std::optional(std::move(values));
  };
  return {std::move(task), std::move(answer)};
}

}  // namespace dinas
