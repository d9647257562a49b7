#include "cli/study_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "baseline/candidates.h"
#include "condition/bound.h"

namespace dinas {
namespace {

constexpr const char* kDefaultMethod = "dinas";

MetricSpec* find_metric(StudyDefinition& definition, const std::string& name) {
  const auto found = std::ranges::find(definition.metrics, name, &MetricSpec::name);
  return found == definition.metrics.end() ? nullptr : &*found;
}

void add_objectives(StudyDefinition& definition, const DefinitionOptions& options) {
  const auto add = [&](const std::vector<std::string>& names, const char* direction) {
    for (const std::string& name : names) {
      if (find_metric(definition, name) != nullptr) {
        throw UsageError(fmt::format("'{}' is an objective twice: name it once", name));
      }
      definition.metrics.push_back(parse_metric_spec(name + ":" + direction));
    }
  };
  add(options.maximize, "max");
  add(options.minimize, "min");
  definition.objectives = definition.metrics.size();
}

void add_limits(StudyDefinition& definition, const DefinitionOptions& options) {
  for (const std::string& text : options.where) {
    const BoundRequest bound = parse_bound(text);
    if (bound.form == BoundRequest::Form::kTop) {
      throw UsageError(fmt::format(
          "'{}': a search needs the value itself: write METRIC <= V or METRIC >= V", bound.text));
    }
    const Direction direction =
        bound.form == BoundRequest::Form::kAtLeast ? Direction::kMax : Direction::kMin;
    const MetricSpec* metric = find_metric(definition, bound.metric);
    if (metric == nullptr) {
      definition.metrics.push_back({bound.metric, direction, MetricLevel::kCell});
      metric = &definition.metrics.back();
    }
    if (metric->direction != direction) {
      throw UsageError(fmt::format(
          "'{}' is against the direction in which '{}' is better: turn one of them around",
          bound.text, bound.metric));
    }
    const auto index = static_cast<std::size_t>(metric - definition.metrics.data());
    if (std::ranges::find(definition.limits, index, &Limit::metric) != definition.limits.end()) {
      throw UsageError(fmt::format("'{}' has two bounds: keep the tighter one", bound.metric));
    }
    definition.limits.push_back({index, bound.value});
  }
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
    MetricSpec* metric = find_metric(definition, name);
    if (metric == nullptr) {
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

}  // namespace

StudyDefinition make_definition(const DefinitionOptions& options, const std::string& evaluator) {
  StudyDefinition definition;
  if (options.space.empty()) throw UsageError("a new study needs --space, see 'dinas spaces'");
  const auto space = find_space(options.space);
  definition.space = space->name();
  definition.space_file = space->definition();
  add_objectives(definition, options);
  if (definition.objectives == 0) {
    throw UsageError("a new study needs an objective: --maximize METRIC or --minimize METRIC");
  }
  add_limits(definition, options);
  set_levels(definition, options);
  definition.method = options.method.value_or(kDefaultMethod);
  definition.seed = options.seed.value_or(0);
  definition.evaluator = evaluator;
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
  StudyDefinition given;
  add_objectives(given, options);
  if (given.objectives > 0) {
    compare(file, "objective", print_objectives(study), print_objectives(given));
  }
  add_limits(given, options);
  if (!given.limits.empty()) compare(file, "bound", sorted_limits(study), sorted_limits(given));
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

void list_pool(SearchTask& task) {
  const auto count = task.space->enumerable();
  if (!count || !task.pool.empty()) return;
  for (std::uint64_t i = 0; i < *count; ++i) {
    Architecture architecture = nth_architecture(task.space->skeleton(), i);
    if (may_ask(task, architecture)) task.pool.push_back(std::move(architecture));
  }
}

}  // namespace dinas
