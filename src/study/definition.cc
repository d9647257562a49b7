#include "study/definition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "eval/search_task.h"
#include "space/file_space.h"

namespace dinas {

std::string print_objectives(const StudyDefinition& definition) {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < definition.objectives; ++k) {
    const MetricSpec& metric = definition.metrics[k];
    parts.push_back((metric.direction == Direction::kMax ? "max " : "min ") + metric.name);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string print_limits(const StudyDefinition& definition) {
  std::vector<std::string> parts;
  for (const Limit& limit : definition.limits) {
    const MetricSpec& metric = definition.metrics[limit.metric];
    parts.push_back(fmt::format("{} {} {}", metric.name,
                                metric.direction == Direction::kMax ? ">=" : "<=", limit.value));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::shared_ptr<const Space> space_of(const StudyDefinition& definition) {
  if (definition.space_file.empty()) return find_space(definition.space);
  return parse_space_file(definition.space_file, definition.space);
}

void set_computed(StudyDefinition& definition, const Table* table) {
  definition.computed.clear();
  SearchTask task = task_of(definition, space_of(definition));
  mark_computed(task, table);
  for (const SearchMetric& metric : task.metrics) {
    if (metric.computed) definition.computed.push_back(metric.spec.name);
  }
}

SearchTask task_of(const StudyDefinition& definition, std::shared_ptr<const Space> space) {
  SearchTask task;
  for (const MetricSpec& spec : definition.metrics) {
    task.metrics.push_back({spec, std::nullopt});
    if (std::ranges::find(definition.computed, spec.name) == definition.computed.end()) continue;
    task.metrics.back().computed = computed_metric(*space, spec.name);
    if (!task.metrics.back().computed) {
      throw Error(
          fmt::format("the study expects space '{}' to compute '{}', which it does not: use "
                      "the version of dinas that made the study",
                      space->name(), spec.name));
    }
  }
  task.objectives = definition.objectives;
  task.limits = definition.limits;
  task.space = std::move(space);
  return task;
}

bool keeps(const SearchTask& task, const Limit& limit, double value) {
  return at_least_as_good(task.metrics[limit.metric].spec.direction, value, limit.value);
}

}  // namespace dinas
