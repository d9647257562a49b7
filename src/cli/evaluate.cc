#include "eval/evaluate.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <unordered_map>

#include "base/error.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/request.h"
#include "cli/tables.h"
#include "train/training_set.h"

namespace dinas {
namespace {

const MetricDistribution* find_metric(const Model& model, const std::string& name) {
  for (const MetricDistribution& m : model.metrics) {
    if (m.spec().name == name) return &m;
  }
  return nullptr;
}

// The distribution of a column over the table's non-degenerate rows.
MetricDistribution table_distribution(const Table& table, const MetricSpec& spec) {
  std::vector<double> values;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    const double value = column_values(table, spec.name)[r];
    if (!table.degenerate(r) && !std::isnan(value)) values.push_back(value);
  }
  return {spec, std::move(values)};
}

// "top P %" means the top of the table, whatever the model's labels are: it becomes a value.
std::vector<BoundRequest> resolve_on_table(std::vector<BoundRequest> requests, const Table& table,
                                           const Model& model) {
  for (BoundRequest& request : requests) {
    const MetricDistribution* metric = find_metric(model, request.metric);
    if (metric == nullptr || request.form != BoundRequest::Form::kTop) continue;
    request.value = table_distribution(table, metric->spec()).value_at(request.value);
    request.form = metric->spec().direction == Direction::kMax ? BoundRequest::Form::kAtLeast
                                                               : BoundRequest::Form::kAtMost;
  }
  return requests;
}

std::vector<TableBound> table_bounds(const std::vector<Bound>& bounds,
                                     const std::vector<BoundRequest>& requests,
                                     const Model& model) {
  std::vector<TableBound> result;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const MetricSpec& spec = model.metrics[bounds[i].metric].spec();
    result.push_back({spec.name, spec.direction, requests[i].value, bounds[i].text});
  }
  return result;
}

// "METRIC" or "METRIC:max|min". A metric that the model was not trained with and that has no direction
// given (a validation accuracy, say) counts as better when higher.
Criterion criterion(const std::string& text, const Model& model) {
  const auto colon = text.rfind(':');
  if (colon != std::string::npos) {
    const MetricSpec spec = parse_metric_spec(text);
    return {spec.name, spec.direction};
  }
  const MetricDistribution* metric = find_metric(model, text);
  return {text, metric == nullptr ? Direction::kMax : metric->spec().direction};
}

// Rows of the table whose labels the model was trained with, by the model's own split.
std::optional<std::vector<std::size_t>> labelled_rows(const Table& table, const Model& model) {
  const TrainingRecord& record = model.config.training;
  std::vector<MetricSpec> specs = model.config.metrics;
  try {
    const TrainingSet set =
        make_training_set(table, specs, {record.label_budget, record.hide_classes, record.seed});
    if (set.labelled != record.labels)
      return std::nullopt;  // another table than the one of training
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < set.labelled; ++i)
      rows.push_back(*table.find(set.architectures[i]));
    return rows;
  } catch (const Error&) {
    return std::nullopt;  // the table lacks a metric of training
  }
}

TrainingFacts training_facts(const Table& table, const Model& model) {
  const TrainingRecord& record = model.config.training;
  TrainingFacts facts;
  if (!model.seen_classes.empty()) facts.classes.seen = model.seen_classes;
  if (record.hide_classes > 0.0) {
    facts.classes.is_hidden = [share = record.hide_classes, seed = record.seed](std::uint64_t c) {
      return is_hidden_class(c, share, seed);
    };
  }
  facts.labelled_rows = labelled_rows(table, model);
  facts.labels_used = record.labels;
  facts.seconds = record.seconds;
  return facts;
}

}  // namespace

void run_evaluate(const EvaluateCommandOptions& options, Runtime& runtime, Console& console) {
  if (options.queries < 1)
    throw UsageError(fmt::format("--queries must be at least 1, found {}", options.queries));
  if (options.repeats < 1)
    throw UsageError(fmt::format("--repeats must be at least 1, found {}", options.repeats));
  if (options.coverage_draws < 0) throw UsageError("--coverage-draws must be at least 0");
  const auto given = parse_bounds(options.sampling.where);
  const Model model = load_model(options.sampling.model);
  const auto space = find_space(model.config.space);
  SampleOptions sample = sample_options(options.sampling, model);
  const Criterion select = criterion(options.select, model);
  const Criterion reported = options.report.empty() ? select : criterion(options.report, model);
  std::vector<std::string> columns{select.metric, reported.metric};
  for (const BoundRequest& request : given) {
    if (find_metric(model, request.metric) != nullptr) columns.push_back(request.metric);
  }
  const Table table = open_tables(options.tables, space, columns, console);
  const auto requests = resolve_on_table(given, table, model);
  const std::vector<Bound> bounds = model_bounds(requests, model);
  state_satisfiability(bounds, model, *space, console);
  const auto generator = make_generator(runtime, model);

  EvaluateOptions evaluation;
  evaluation.queries = static_cast<std::uint64_t>(options.queries);
  evaluation.repeats = static_cast<std::uint64_t>(options.repeats);
  evaluation.coverage_draws = static_cast<std::uint64_t>(options.coverage_draws);
  evaluation.select = select;
  evaluation.report = reported;
  evaluation.seed = options.sampling.seed;
  evaluation.threads = sample.threads;
  const Condition condition = make_condition(bounds, model.metrics.size());
  const auto draw = [&](std::uint64_t count, std::uint32_t first) -> Draw {
    sample.count = count;
    sample.first_item = first;
    auto result = generator->draw(condition, sample, {});
    return {std::move(result.architectures), result.invalid};
  };
  const EvaluationReport report = evaluate(table, table_bounds(bounds, requests, model), draw,
                                           training_facts(table, model), evaluation);
  console.result(print(report));
  if (!options.json.empty()) write_file(options.json, to_json(report).dump(2) + "\n");
}

}  // namespace dinas
