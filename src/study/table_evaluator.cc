#include "study/table_evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace dinas {

TableEvaluator::TableEvaluator(const Table& table, const SearchTask& task) : table_(table) {
  for (const SearchMetric& metric : task.metrics) {
    if (metric.computed) continue;
    columns_.push_back(table.find_column(metric.spec.name));
    DINAS_CHECK(columns_.back() != nullptr);
  }
}

std::vector<Finished> TableEvaluator::wait(double) {
  std::vector<Finished> result;
  for (Ticket& ticket : std::exchange(started_, {})) {
    Answer answer;
    for (const Column* column : columns_) {
      const double value = table_.value(*column, ticket.architecture);
      if (std::isnan(value)) {
        answer.failure = Failure{Failure::Kind::kMissingMetric,
                                 fmt::format("the table has no '{}' for it", column->name)};
      }
      answer.values[column->name] = value;
    }
    if (answer.failure) answer.values.clear();
    result.push_back({std::move(ticket), std::move(answer)});
  }
  return result;
}

bool TableEvaluator::has_all(const Architecture& architecture) const {
  return std::ranges::none_of(columns_, [&](const Column* column) {
    return std::isnan(table_.value(*column, architecture));
  });
}

void TableEvaluator::restrict(SearchTask& task) const {
  for (std::size_t row = 0; row < table_.rows(); ++row) {
    const Architecture& architecture = table_.architecture(row);
    if (!table_.degenerate(row) && has_all(architecture)) task.pool.push_back(architecture);
  }
  const bool computed = std::ranges::all_of(columns_, [&](const Column* column) {
    return computed_metric(table_.space(), column->name).has_value();
  });
  if (computed) {
    // A table of representatives, or of nothing, does not list every architecture.
    const auto all = table_.space().enumerable();
    if (!all || *all > table_.rows()) task.pool.clear();
    return;
  }
  task.answerable = [this](const Architecture& architecture) { return has_all(architecture); };
}

}  // namespace dinas
