#include "cli/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/request.h"
#include "cli/tables.h"
#include "model/model_check.h"
#include "table/random_rows.h"
#include "train/training_set.h"

namespace dinas {
namespace {

// "top P %" means the top of the table, whatever the model's labels are: it becomes the value that
// the same bound has on a model of the whole table. Without rows it means the top of the labels.
std::vector<BoundRequest> resolve_on_table(std::vector<BoundRequest> requests, const Table& table,
                                           const Model& model) {
  if (table.rows() == 0) return requests;
  for (BoundRequest& request : requests) {
    const MetricDistribution* metric = find_metric(model, request.metric);
    if (metric == nullptr || request.form != BoundRequest::Form::kTop) continue;
    const std::vector<MetricDistribution> whole{table_distribution(table, metric->spec())};
    request.value = resolve_bounds({request}, whole).front().threshold;
    request.form = metric->spec().direction == Direction::kMax ? BoundRequest::Form::kAtLeast
                                                               : BoundRequest::Form::kAtMost;
  }
  return requests;
}

std::vector<TableBound> table_bounds(const std::vector<Bound>& bounds, const Model& model) {
  std::vector<TableBound> result;
  for (const Bound& bound : bounds) {
    const MetricSpec& spec = model.metrics[bound.metric].spec();
    result.push_back({spec.name, spec.direction, bound.threshold, bound.text});
  }
  return result;
}

// Class and ranks of every label, in an order that does not depend on that of the table.
std::vector<std::vector<std::uint64_t>> sorted_labels(const LabelTable& labels) {
  std::vector<std::vector<std::uint64_t>> rows;
  for (std::size_t row = 0; row < labels.rows(); ++row) {
    rows.push_back({labels.classes[row]});
    for (std::size_t k = 0; k < labels.metrics; ++k) rows.back().push_back(labels.rank(row, k));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

// Are these the labels the model was trained with, as far as its file tells?
bool has_labels_of(const TrainingSet& set, const Model& model) {
  for (std::size_t k = 0; k < model.metrics.size(); ++k) {
    if (set.metrics[k].best_first() != model.metrics[k].best_first()) return false;
  }
  return set.evaluated == model.config.training.labels &&
         (!model.has_labels() || sorted_labels(set.labels) == sorted_labels(model.labels));
}

// Rows of the table whose labels the model was trained with, by the model's own split; nullopt
// where the table does not hold them.
std::optional<std::vector<std::size_t>> labelled_rows(const Table& table, const Model& model) {
  for (const MetricSpec& spec : model.config.metrics) {
    if (table.find_column(spec.name) == nullptr) return std::nullopt;
  }
  const TrainingRecord& record = model.config.training;
  std::vector<std::size_t> rows;
  try {
    // As training had it: without tables it began with what it drew.
    const bool drawn_only = record.tables.empty() && record.random > 0;
    Table all = drawn_only ? Table(table.shared_space()) : table;
    for (const MetricSpec& spec : model.config.metrics) all.require_column(spec.name);
    if (record.random > 0) add_random_architectures(all, record.random, record.seed);
    const TrainingSet set = make_training_set(
        all, model.config.metrics, {record.label_budget, record.hide_classes, record.seed});
    if (!has_labels_of(set, model)) return std::nullopt;
    for (std::size_t i = 0; i < set.labelled; ++i) {
      if (const auto row = table.find(set.architectures[i])) rows.push_back(*row);
    }
    if (rows.empty()) return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // with all columns there: too few rows or values for that split
  }
  return rows;
}

// Classes with a label; of a file without labels, all that training saw.
std::optional<std::vector<std::uint64_t>> known_classes(const Model& model) {
  std::vector<std::uint64_t> classes =
      model.has_labels() ? model.labels.classes : model.seen_classes;
  if (classes.empty()) return std::nullopt;
  std::sort(classes.begin(), classes.end());
  return classes;
}

// Does the row have a value of any of the metrics?
bool has_value(const Table& table, std::size_t row, const std::vector<MetricSpec>& metrics) {
  return std::ranges::any_of(metrics, [&](const MetricSpec& spec) {
    const Column* column = table.find_column(spec.name);
    return column != nullptr && !std::isnan(column->values[row]);
  });
}

TrainingFacts training_facts(const Table& table, const Model& model, Console& console) {
  const TrainingRecord& record = model.config.training;
  TrainingFacts facts;
  facts.classes.known = known_classes(model);
  if (record.hide_classes > 0.0) {
    facts.classes.is_hidden = [share = record.hide_classes, seed = record.seed](std::uint64_t c) {
      return is_hidden_class(c, share, seed);
    };
  }
  facts.seen_classes = model.seen_classes;
  facts.labelled_rows = labelled_rows(table, model);
  std::size_t live = 0;  // rows with a label that training might have seen
  for (std::size_t row = 0; row < table.rows(); ++row) {
    live += !table.degenerate(row) && has_value(table, row, model.config.metrics) ? 1 : 0;
  }
  if (!facts.labelled_rows) {
    console.note(
        "the tables do not hold the labels of training: the controls that need them are left out");
  }
  facts.every_label = facts.labelled_rows && record.label_budget == 0 &&
                      record.hide_classes == 0.0 && facts.labelled_rows->size() == live;
  facts.labels_used = record.labels;
  facts.seconds = record.seconds;
  return facts;
}

EvaluateOptions evaluate_options(const EvaluateCommandOptions& options, const Model& model,
                                 int threads) {
  const auto check = [](std::string_view option, std::int64_t value, std::int64_t least) {
    if (value >= least) return static_cast<std::uint64_t>(value);
    throw UsageError(fmt::format("{} must be at least {}, found {}", option, least, value));
  };
  EvaluateOptions result;
  result.queries = check("--queries", options.queries, 1);
  result.repeats = check("--repeats", options.repeats, 1);
  result.coverage_draws = check("--coverage-draws", options.coverage_draws, 0);
  if (options.novelty == "ged") {
    result.novelty_samples = check("--novelty-samples", options.novelty_samples, 1);
  } else if (options.novelty != "class") {
    throw UsageError(fmt::format("--novelty must be class or ged, found '{}'", options.novelty));
  }
  result.select = parse_criterion(options.select, model);
  result.report = options.report.empty() ? result.select : parse_criterion(options.report, model);
  result.seed = options.sampling.seed;
  result.threads = threads;
  return result;
}

// With every metric of the model that a table has or the space computes: the split of training
// asks for all of them.
Table evaluation_table(const EvaluateCommandOptions& options, const EvaluateOptions& evaluation,
                       const std::vector<BoundRequest>& bounds, const Model& model,
                       Console& console) {
  std::vector<std::string> columns{evaluation.select.metric, evaluation.report.metric};
  for (const BoundRequest& bound : bounds) {
    if (find_metric(model, bound.metric) != nullptr) columns.push_back(bound.metric);
  }
  const auto space = space_of(model.config);
  for (const ComputedMetric& computed : space->computed_metrics()) {
    if (find_metric(model, computed.name) != nullptr) columns.push_back(computed.name);
  }
  return open_tables_of(model, options.tables, space, columns, console);
}

}  // namespace

MetricDistribution table_distribution(const Table& table, const MetricSpec& spec) {
  const std::vector<double>& column = column_values(table, spec.name);
  std::vector<double> values;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    if (!table.degenerate(r) && !std::isnan(column[r])) values.push_back(column[r]);
  }
  return {spec, std::move(values)};
}

EvaluationReport evaluate_model(const EvaluateCommandOptions& options, Runtime& runtime,
                                Console& console, const DrawStore& store) {
  const auto given = parse_bounds(options.sampling.where);
  const Model model = load_model(options.sampling.model);
  const auto generator = make_generator(runtime, model, options.sampling.dtype);
  SampleOptions sample = sample_options(options.sampling, model);
  const EvaluateOptions evaluation = evaluate_options(options, model, sample.threads);
  const Table table = evaluation_table(options, evaluation, given, model, console);
  const std::vector<Bound> bounds =
      resolve_bounds(resolve_on_table(given, table, model), model.metrics);
  for (const std::string& text : std::set<std::string>{options.select, options.report}) {
    note_assumed_direction(text, model, console);
  }
  state_satisfiability(bounds, model, table.space(), console);

  Console::catch_interrupts();
  const Condition condition = make_condition(bounds, model.metrics.size());
  const std::uint64_t total =
      std::max(evaluation.queries * evaluation.repeats, evaluation.coverage_draws);
  const DrawFunction fresh = [&](std::uint64_t count, std::uint32_t first) -> Draw {
    sample.count = count;
    sample.first_item = first;
    auto result = generator->draw(condition, sample, [&](std::size_t done) {
      console.progress(fmt::format("drew {} of {}", first + done, total));
      return !Console::interrupted();
    });
    if (Console::interrupted()) throw Interrupted{};
    return {std::move(result.architectures), result.projected};
  };
  const auto draw = [&](std::uint64_t count, std::uint32_t first) {
    return store ? store(count, first, fresh) : fresh(count, first);
  };
  return evaluate(table, table_bounds(bounds, model), draw, training_facts(table, model, console),
                  evaluation);
}

void run_evaluate(const EvaluateCommandOptions& options, Runtime& runtime, Console& console) {
  std::vector<std::string> inputs = options.tables;
  inputs.push_back(options.sampling.model);
  check_outputs({options.json}, inputs);
  const EvaluationReport report = evaluate_model(options, runtime, console, {});
  console.result(print(report));
  if (!options.json.empty()) write_file(options.json, to_json(report).dump(2) + "\n");
}

}  // namespace dinas
