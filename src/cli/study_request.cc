#include "cli/study_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "condition/bound.h"
#include "eval/search_task.h"

namespace dinas {
namespace {

constexpr const char* kDefaultMethod = "dinas";

std::vector<MetricSpec> objectives_of(const DefinitionOptions& options) {
  std::vector<MetricSpec> objectives;
  for (const std::string& name : options.maximize) {
    objectives.push_back(parse_metric_spec(name + ":max"));
  }
  for (const std::string& name : options.minimize) {
    objectives.push_back(parse_metric_spec(name + ":min"));
  }
  return objectives;
}

// Fills metrics, objectives and limits.
void set_metrics(StudyDefinition& definition, const std::vector<MetricSpec>& objectives,
                 const DefinitionOptions& options) {
  std::vector<AskedLimit> limits;
  for (const std::string& text : options.where) limits.push_back(asked_limit(parse_bound(text)));
  const SearchTask task = asked_task(space_of(definition), objectives, limits);
  for (const SearchMetric& metric : task.metrics) definition.metrics.push_back(metric.spec);
  definition.objectives = task.objectives;
  definition.limits = task.limits;
  std::ranges::sort(definition.limits, {}, &Limit::metric);
}

std::pair<std::string, MetricLevel> parse_level(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::string level = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (level != "class" && level != "cell") {
    throw UsageError(
        fmt::format("--metric-level: expected METRIC:class or METRIC:cell, found '{}'", text));
  }
  return {text.substr(0, colon), level == "class" ? MetricLevel::kClass : MetricLevel::kCell};
}

void set_levels(StudyDefinition& definition, const DefinitionOptions& options) {
  for (const std::string& text : options.levels) {
    const auto [name, level] = parse_level(text);
    const auto metric = std::ranges::find(definition.metrics, name, &MetricSpec::name);
    if (metric == definition.metrics.end()) {
      throw UsageError(fmt::format("--metric-level: '{}' is neither objective nor bounded", name));
    }
    metric->level = level;
  }
}

void compare(const std::string& file, const char* field, const std::string& stored,
             const std::string& given) {
  if (stored == given) return;
  throw UsageError(
      fmt::format("{}: its {} is '{}', not '{}': leave the option out to continue it, or name "
                  "another file",
                  file, field, stored, given));
}

// In an order that does not depend on the options'.
std::string sorted_limits(const StudyDefinition& definition) {
  std::vector<std::string> parts;
  for (const Limit& limit : definition.limits) {
    StudyDefinition one = definition;
    one.limits = {limit};
    parts.push_back(print_limits(one));
  }
  std::ranges::sort(parts);
  return fmt::format("{}", fmt::join(parts, ", "));
}

void check_metrics(const StudyDefinition& study, const std::string& file,
                   const DefinitionOptions& options) {
  std::vector<MetricSpec> objectives = objectives_of(options);
  if (objectives.empty()) {  // those that the bounds are about
    objectives.assign(study.metrics.begin(),
                      study.metrics.begin() + static_cast<std::ptrdiff_t>(study.objectives));
  }
  StudyDefinition given;
  given.space = study.space;
  given.space_file = study.space_file;
  set_metrics(given, objectives, options);
  compare(file, "objective", print_objectives(study), print_objectives(given));
  if (!given.limits.empty()) compare(file, "bound", sorted_limits(study), sorted_limits(given));
}

}  // namespace

StudyDefinition make_definition(const DefinitionOptions& options, const std::string& evaluator) {
  StudyDefinition definition;
  if (options.space.empty()) throw UsageError("a new study needs --space, see 'dinas spaces'");
  const auto space = find_space(options.space);
  definition.space = space->name();
  definition.space_file = space->definition();
  set_metrics(definition, objectives_of(options), options);
  set_levels(definition, options);
  definition.method = options.method.value_or(kDefaultMethod);
  definition.seed = options.seed.value_or(0);
  definition.evaluator = evaluator;
  set_computed(definition, nullptr);
  return definition;
}

void check_agreement(const StudyDefinition& study, const std::string& file,
                     const DefinitionOptions& options, const std::string& evaluator) {
  if (!options.space.empty()) {
    const auto space = find_space(options.space);
    compare(file, "space", study.space, space->name());
    if (study.space_file != space->definition()) {
      throw UsageError(fmt::format("{}: its space is not what {} describes now: name another file",
                                   file, options.space));
    }
  }
  check_metrics(study, file, options);
  for (const std::string& text : options.levels) {
    const auto [name, level] = parse_level(text);
    const auto metric = std::ranges::find(study.metrics, name, &MetricSpec::name);
    if (metric == study.metrics.end() || metric->level != level) {
      throw UsageError(fmt::format("{}: metric level {} is not that of the study", file, text));
    }
  }
  if (options.method) compare(file, "method", study.method, *options.method);
  if (options.seed) {
    compare(file, "seed", std::to_string(study.seed), std::to_string(*options.seed));
  }
  if (!study.evaluator.empty()) compare(file, "evaluator", study.evaluator, evaluator);
}

}  // namespace dinas
