#include "eval/selection.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "eval/statistics.h"

namespace dinas {

bool strictly_better(Direction direction, double a, double b) {
  return at_least_as_good(direction, a, b) && !at_least_as_good(direction, b, a);
}

Selection::Selection(const Table& table, std::span<const TableBound> bounds, Criterion select,
                     Criterion report)
    : table_(table),
      select_(std::move(select)),
      report_(std::move(report)),
      select_values_(column_values(table, select_.metric)),
      report_values_(column_values(table, report_.metric)),
      bounds_(bounds.begin(), bounds.end()),
      inside_(table.rows(), false) {
  for (const std::size_t row : satisfying_rows(table, bounds)) inside_[row] = true;
  for (const TableBound& bound : bounds) {
    if (bound.metric == select_.metric || bound.metric == report_.metric) continue;
    others_.push_back({bound, column_values(table, bound.metric)});
  }
}

bool Selection::known(std::size_t row) const {
  if (table_.degenerate(row)) return false;
  if (std::isnan(select_values_[row]) || std::isnan(report_values_[row])) return false;
  return std::none_of(others_.begin(), others_.end(),
                      [&](const OtherBound& other) { return std::isnan(other.values[row]); });
}

bool Selection::candidate(std::size_t row) const {
  return known(row) && std::all_of(others_.begin(), others_.end(), [&](const OtherBound& other) {
           return keeps(other.bound, other.values[row]);
         });
}

std::optional<Pick> Selection::judge(const Architecture& architecture) const {
  if (table_.space().is_degenerate(architecture)) return std::nullopt;
  const auto value = [&](const std::string& metric) {
    return table_.value(*table_.find_column(metric), architecture);
  };
  Pick pick{value(select_.metric), value(report_.metric), true};
  if (std::isnan(pick.select) || std::isnan(pick.report)) return std::nullopt;
  for (const TableBound& bound : bounds_) {
    if (keeps(bound, value(bound.metric))) continue;
    if (bound.metric != select_.metric && bound.metric != report_.metric) return std::nullopt;
    pick.inside = false;
  }
  return pick;
}

void Selection::take_better(std::optional<Pick>& best, const Pick& pick) const {
  if (!best || strictly_better(select_.direction, pick.select, best->select)) best = pick;
}

std::optional<Pick> Selection::choose(std::span<const Architecture> architectures) const {
  std::optional<Pick> best;
  for (const Architecture& architecture : architectures) {
    if (const auto pick = judge(architecture)) take_better(best, *pick);
  }
  return best;
}

std::optional<Pick> Selection::choose(std::span<const std::size_t> rows) const {
  std::optional<Pick> best;
  for (const std::size_t row : rows) {
    if (candidate(row)) take_better(best, values(row));
  }
  return best;
}

std::optional<Pick> Selection::limit(std::span<const std::size_t> rows) const {
  const std::optional<Pick> best = choose(rows);
  if (!best) return best;
  std::vector<double> tied;
  bool inside = true;
  for (const std::size_t row : rows) {
    if (!candidate(row) || values(row).select != best->select) continue;
    tied.push_back(values(row).report);
    inside = inside && values(row).inside;
  }
  return Pick{best->select, mean_sd(tied).mean, inside};
}

KnownTask Selection::search() const {
  SearchTask task;
  task.space = table_.shared_space();
  task.metrics.push_back({{select_.metric, select_.direction, MetricLevel::kCell}, std::nullopt});
  for (const OtherBound& other : others_) {
    task.limits.push_back({task.metrics.size(), other.bound.threshold});
    task.metrics.push_back(
        {{other.bound.metric, other.bound.direction, MetricLevel::kCell}, std::nullopt});
  }
  for (std::size_t row = 0; row < table_.rows(); ++row) {
    if (known(row)) task.pool.push_back(table_.architecture(row));
  }
  task.answerable = [this](const Architecture& architecture) {
    const auto row = table_.find(architecture);
    return row && known(*row);
  };
  return {std::move(task), [this](const Architecture& architecture) {
            const std::size_t row = *table_.find(architecture);
            std::vector<double> values{select_values_[row]};
            for (const OtherBound& other : others_) values.push_back(other.values[row]);
            return std::optional(std::move(values));
          }};
}

}  // namespace dinas
