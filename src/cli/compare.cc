#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "cli/bind.h"
#include "cli/output.h"
#include "cli/tables.h"
#include "condition/bound.h"
#include "eval/compare_report.h"
#include "eval/quality.h"
#include "eval/search_task.h"
#include "model/model.h"
#include "search/methods.h"

namespace dinas {
namespace {

struct CompareCommandOptions {
  std::string space;
  std::vector<std::string> tables;      // none: the metrics the space computes
  std::vector<std::string> objectives;  // NAME:max or NAME:min, in the order of the flags
  std::vector<std::string> where;
  std::string report;
  std::vector<std::string> methods;
  std::string model;  // that "dinas+model" starts from; empty: not compared
  CompareOptions run;
  std::optional<double> optimum;
  std::string json;
  std::string svg;
};

std::vector<MetricSpec> objectives_of(const CompareCommandOptions& options) {
  std::vector<MetricSpec> specs;
  for (const std::string& text : options.objectives) specs.push_back(parse_metric_spec(text));
  return specs;
}

// The value of "top P%" among the table's rows that are not degenerate.
AskedLimit top_share(const BoundRequest& request, const Table* table,
                     const std::vector<MetricSpec>& objectives) {
  const auto spec = std::ranges::find(objectives, request.metric, &MetricSpec::name);
  if (table == nullptr || spec == objectives.end()) {
    throw UsageError(fmt::format(
        "\"{}\" needs a table and an objective of that name: give a value, \"{} <= V\" or >=",
        request.text, request.metric));
  }
  const std::vector<double>& column = column_values(*table, request.metric);
  std::vector<double> values;
  for (std::size_t row = 0; row < table->rows(); ++row) {
    if (!table->degenerate(row) && !std::isnan(column[row])) values.push_back(column[row]);
  }
  const std::vector<MetricDistribution> whole{{*spec, std::move(values)}};
  return {spec->name, spec->direction, resolve_bounds({request}, whole).front().threshold};
}

std::vector<AskedLimit> limits_of(const std::vector<BoundRequest>& requests, const Table* table,
                                  const std::vector<MetricSpec>& objectives) {
  std::vector<AskedLimit> limits;
  for (const BoundRequest& r : requests) {
    if (r.form == BoundRequest::Form::kTop) {
      limits.push_back(top_share(r, table, objectives));
    } else {
      limits.push_back(asked_limit(r));
    }
  }
  return limits;
}

Table open(const CompareCommandOptions& options, const std::vector<MetricSpec>& objectives,
           const std::vector<BoundRequest>& bounds, Console& console) {
  std::vector<std::string> columns;
  for (const MetricSpec& spec : objectives) columns.push_back(spec.name);
  for (const BoundRequest& bound : bounds) columns.push_back(bound.metric);
  if (!options.report.empty()) columns.push_back(options.report);
  return open_tables(options.tables, find_space(options.space), columns, console);
}

KnownTask known_of(const CompareCommandOptions& options, const Table* rows,
                   const std::vector<MetricSpec>& objectives,
                   const std::vector<AskedLimit>& limits) {
  std::vector<std::string> also;
  if (!options.report.empty()) also.push_back(options.report);
  SearchTask task =
      asked_task(rows ? rows->shared_space() : find_space(options.space), objectives, limits);
  mark_computed(task, rows);
  return rows ? table_task(std::move(task), *rows, also) : computed_task(std::move(task));
}

std::vector<ComparedMethod> methods_of(const CompareCommandOptions& options,
                                       const SearchTask& task) {
  std::vector<ComparedMethod> methods;
  for (const std::string& name : options.methods) {
    make_search_method(name, task, 0);  // so that an unknown name is told at once
    methods.push_back({name, [name](const SearchTask& t, std::uint64_t seed) {
                         return make_search_method(name, t, seed);
                       }});
  }
  if (options.model.empty()) return methods;
  const auto model = std::make_shared<const Model>(load_model(options.model));
  const auto make = [model](const SearchTask& t, std::uint64_t seed) {
    return make_search_method("dinas", t, seed, model.get());
  };
  make(task, 0);  // so that a model that does not fit is told at once
  methods.push_back({"dinas+model", make});
  return methods;
}

// What is best, as far as it can be known.
SearchTarget target_of(const CompareCommandOptions& options, const KnownTask& known) {
  if (!known.task.pool.empty()) {
    SearchTarget target = listed_target(known.task, known.evaluator);
    if (options.optimum) target.optimum = options.optimum;
    return target;
  }
  if (known.task.objectives > 1) {
    throw UsageError(
        "several objectives are compared by their hypervolume, which needs a table or a space that "
        "can be listed: give --table or one objective");
  }
  SearchTarget target;
  target.optimum = options.optimum;
  return target;
}

std::string describe(const CompareCommandOptions& options, const KnownTask& known,
                     const SearchTarget& target) {
  std::string text =
      fmt::format("{} on {}, {} evaluations, {} seeds", fmt::join(options.objectives, " and "),
                  options.space, options.run.budget, options.run.seeds);
  if (!options.where.empty()) text += fmt::format(", {}", fmt::join(options.where, ", "));
  if (!known.task.pool.empty()) text += fmt::format("; {} known", known.task.pool.size());
  if (target.optimum) text += fmt::format("; optimum {:.6g}", *target.optimum);
  if (known.task.objectives > 1) text += "; shares of the best hypervolume";
  return text + "\n";
}

void run_compare(CompareCommandOptions options, Console& console) {
  std::vector<std::string> inputs = options.tables;
  inputs.push_back(options.model);
  check_outputs({options.json, options.svg}, inputs);
  const std::vector<MetricSpec> objectives = objectives_of(options);
  std::vector<BoundRequest> bounds;
  for (const std::string& text : options.where) bounds.push_back(parse_bound(text));
  std::optional<Table> table;
  if (!options.tables.empty()) table = open(options, objectives, bounds, console);
  const Table* rows = table ? &*table : nullptr;
  if (!rows && !options.report.empty()) throw UsageError("--report needs a --table that has it");
  const std::vector<AskedLimit> limits = limits_of(bounds, rows, objectives);
  const KnownTask known = known_of(options, rows, objectives, limits);
  const SearchTarget target = target_of(options, known);
  std::function<double(const Architecture&)> report;
  if (!options.report.empty()) {
    report = [&](const Architecture& a) {
      return table->value(*table->find_column(options.report), a);
    };
  }
  if (options.run.threads == 0) options.run.threads = available_threads();
  const Comparison comparison = compare_methods(known.task, target, known.evaluator, report,
                                                methods_of(options, known.task), options.run);
  console.result(describe(options, known, target) + to_text(comparison));
  nlohmann::json json = to_json(comparison, target);
  json.update({{"space", options.space},
               {"objectives", options.objectives},
               {"where", options.where},
               {"budget", options.run.budget},
               {"seeds", options.run.seeds},
               {"tolerance", options.run.tolerance}});
  if (!options.report.empty()) json["report"] = options.report;
  if (!options.model.empty()) json["model"] = options.model;
  if (!options.json.empty()) write_file(options.json, json.dump(1) + "\n");
  if (options.svg.empty()) return;
  const bool several = objectives.size() > 1;
  write_file(options.svg, to_svg(comparison, several ? "share of the hypervolume"
                                                     : "best " + objectives.front().name));
}

void bind_task(CLI::App& command, CompareCommandOptions& o) {
  command.add_option("--space", o.space, "search space, see 'dinas spaces'")->required();
  command.add_option("--table", o.tables,
                     "[PREFIX=]FILE that answers; repeat to join; without it the metrics the space "
                     "computes are searched");
  const auto add = [&o](const std::string& direction) {
    return [&o, direction](const std::string& name) { o.objectives.push_back(name + direction); };
  };
  command
      .add_option_function<std::string>("--maximize", add(":max"), "objective; repeat for several")
      ->trigger_on_parse();
  command
      .add_option_function<std::string>("--minimize", add(":min"), "objective; repeat for several")
      ->trigger_on_parse();
  command.add_option("--where", o.where,
                     "bound that results must keep: \"METRIC <= V\" or \"METRIC >= V\"; repeat");
  command.add_option("--report", o.report, "metric of the chosen architecture to report as well");
}

void bind_run(CLI::App& command, CompareCommandOptions& o) {
  command
      .add_option("--methods", o.methods,
                  fmt::format("any of {}", fmt::join(search_method_names(), ", ")))
      ->delimiter(',')
      ->required();
  command.add_option("--model", o.model,
                     "compare \"dinas+model\" as well: dinas that starts from this model");
  command.add_option("--budget", o.run.budget, "evaluations of each search")->capture_default_str();
  command.add_option("--seeds", o.run.seeds, "searches of each method")->capture_default_str();
  command.add_option("--seed", o.run.first_seed, "the first of the seeds")->capture_default_str();
  o.run.threads = 0;
  command
      .add_option("--threads", o.run.threads,
                  "threads; 0: all processors; never changes the result")
      ->capture_default_str();
  command
      .add_option("--tolerance", o.run.tolerance,
                  "so close to the optimum counts as reaching it, in the metric's unit")
      ->capture_default_str();
  command.add_option("--optimum", o.optimum, "the optimum, where it cannot be looked up");
  command.add_option("--json", o.json, "write the comparison to FILE as JSON");
  command.add_option("--svg", o.svg, "write a plot of the curves to FILE");
}

}  // namespace

void add_compare(CLI::App& app, Console& console) {
  CLI::App* command =
      app.add_subcommand("compare", "compare search methods on a table or on computed metrics");
  const auto options = std::make_shared<CompareCommandOptions>();
  bind_task(*command, *options);
  bind_run(*command, *options);
  command->callback([options, &console] { run_compare(*options, console); });
}

}  // namespace dinas
