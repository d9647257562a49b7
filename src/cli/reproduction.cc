#include "cli/reproduction.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "cli/evaluate.h"
#include "cli/request.h"
#include "model/model_check.h"

namespace dinas {
namespace {

// An interrupt is noticed between two batches, so those of the slow network are small.
constexpr int kPaperBatch = 8;

MetricSpec metric_of(const ReproducedModel& model, const std::string& name) {
  for (const std::string& text : model.metrics) {
    MetricSpec spec = parse_metric_spec(text);
    if (spec.name == name) return spec;
  }
  throw BugError("experiment of a metric that its model does not have: " + name);
}

TrainingDone training_done(const Model& model) {
  const TrainingRecord& r = model.config.training;
  const double visited = static_cast<double>(r.steps) * r.batch;
  return {r.labels, r.graphs, r.steps, visited / static_cast<double>(r.graphs), r.seconds};
}

nlohmann::json read_result(const std::string& file, const Experiment& experiment) {
  nlohmann::json result = nlohmann::json::parse(read_file(file), nullptr, false);
  if (result.is_object() && result.value("experiment", nlohmann::json()) == experiment.name) {
    return result;
  }
  throw Error(file + " is not the result that dinas wrote: remove it to have it made anew");
}

}  // namespace

std::string Reproduction::path(const std::string& file) const {
  return (std::filesystem::path(options_.out) / file).string();
}

void Reproduction::train(const ReproducedModel& model, const ModelTime& time) {
  TrainCommandOptions o;
  o.out = path(model.name + ".dinas");
  if (std::filesystem::exists(o.out)) return;
  console_.note(fmt::format("training {}, {:.0f} s", model.name, time.train));
  o.space = table_.space().name();
  o.tables = options_.tables;
  o.metrics = model.metrics;
  o.profile = profile_name(model.profile);
  o.labels = model.labels;
  o.random = model.random;
  o.resume = std::filesystem::exists(o.out + ".checkpoint");
  if (model.profile == Profile::kPaper) {
    o.train.paper.class_shares = class_shares(model);
    o.train.epochs = model.epochs;
  }
  o.train.max_seconds = time.train;
  o.train.seed = options_.seed;
  o.train.threads = options_.threads;
  run_train(o, runtime_, console_);
}

SamplingOptions Reproduction::sampling(const ReproducedModel& model) const {
  SamplingOptions o;
  o.model = path(model.name + ".dinas");
  o.seed = options_.seed;
  o.threads = options_.threads;
  if (model.profile == Profile::kPaper) o.batch = kPaperBatch;
  return o;
}

std::vector<double> Reproduction::class_shares(const ReproducedModel& model) const {
  if (model.classes.where.empty()) return {model.class_share};
  const std::vector<BoundRequest> classes = parse_bounds(bounds(model.classes, model));
  std::vector<double> shares;
  for (const std::string& metric : model.metrics) {
    const std::vector<MetricDistribution> whole{
        table_distribution(table_, parse_metric_spec(metric))};
    const auto own = std::ranges::find(classes, whole[0].spec().name, &BoundRequest::metric);
    DINAS_CHECK(own != classes.end());
    shares.push_back(whole[0].tail_fraction(resolve_bounds({*own}, whole)[0].threshold));
  }
  return shares;
}

std::vector<std::string> Reproduction::bounds(const AskedBounds& asked,
                                              const ReproducedModel& model) const {
  std::vector<std::string> where = asked.where;
  if (asked.among.empty()) return where;
  std::vector<TableBound> kept;
  for (const BoundRequest& request : parse_bounds(where)) {
    const std::vector<MetricDistribution> whole{
        table_distribution(table_, metric_of(model, request.metric))};
    kept.push_back({request.metric, whole[0].spec().direction,
                    resolve_bounds({request}, whole)[0].threshold, request.text});
  }
  const std::vector<double>& column = column_values(table_, asked.among);
  std::vector<double> values;
  for (const std::size_t row : satisfying_rows(table_, kept)) {
    if (!std::isnan(column[row])) values.push_back(column[row]);
  }
  const MetricDistribution among(metric_of(model, asked.among), std::move(values));
  const bool high = among.spec().direction == Direction::kMax;
  where.push_back(
      fmt::format("{} {} {}", asked.among, high ? ">=" : "<=", among.value_at(asked.share)));
  return where;
}

double Reproduction::seconds_per_call(const SamplingOptions& sampling) {
  constexpr int kSteps = 4;
  const Model model = load_model(sampling.model);
  SampleOptions sample = sample_options(sampling, model);
  sample.steps = std::min(kSteps, model.config.diffusion_steps);
  sample.count = 2 * sample.batch;
  const std::vector<Bound> bounds = resolve_bounds(parse_bounds(sampling.where), model.metrics);
  const auto generator = make_generator(runtime_, model, sampling.dtype);
  const Condition condition = make_condition(bounds, model.metrics.size());
  const auto start = std::chrono::steady_clock::now();
  static_cast<void>(generator->draw(condition, sample, {}));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return seconds.count() / static_cast<double>(sample.count) / sample.steps;
}

void Reproduction::judge(const Experiment& experiment, const SamplingOptions& sampling,
                         SampleStore& store, ExperimentResult& result) {
  EvaluateCommandOptions o;
  o.tables = options_.tables;
  o.sampling = sampling;
  o.sampling.steps = store.size().steps;
  o.queries = store.size().queries;
  o.repeats = store.size().repeats;
  o.coverage_draws = o.queries * o.repeats;
  const auto judged = [&](const Accounting& accounting) {
    o.select = accounting.select;
    o.report = accounting.report;
    return evaluate_model(o, runtime_, console_,
                          [&](std::uint64_t count, std::uint32_t first, const DrawFunction& fresh) {
                            return store.draw(count, first, fresh);
                          });
  };
  result.published = judged(experiment.published);
  result.honest =
      experiment.honest == experiment.published ? result.published : judged(experiment.honest);
  result.published.generate_seconds = result.honest.generate_seconds = store.seconds();
  result.seconds_an_architecture = store.seconds() / static_cast<double>(store.architectures());
}

nlohmann::json Reproduction::evaluate(const Experiment& experiment, const ReproducedModel& model,
                                      double seconds) {
  const std::string file = path(experiment.name + ".json");
  const std::string made_by = model_id(path(model.name + ".dinas"));
  if (std::filesystem::exists(file)) {
    nlohmann::json result = read_result(file, experiment);
    if (result.value("model_id", "") == made_by) return result;
  }
  console_.note("experiment " + experiment.name);
  const auto start = std::chrono::steady_clock::now();
  SamplingOptions asked = sampling(model);
  asked.where = bounds(experiment.asked, model);
  SampleStore store(path(experiment.name + ".samples.json"), table_.shared_space(), made_by);
  const double before = store.seconds();
  if (!store.planned()) {
    const double rate = experiment.size.steps > 0 ? seconds_per_call(asked) : 0.0;
    const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - start;
    store.plan(cut_sampling(experiment.size, std::max(0.0, seconds - gone.count()), rate), rate);
  }
  ExperimentResult result;
  result.where = asked.where;
  result.size = store.size();
  judge(experiment, asked, store, result);
  result.training = training_done(load_model(asked.model));
  result.cuts = training_cuts(model, result.training.epochs, result.training.seconds);
  const auto sampled =
      sampling_cuts(experiment.name, experiment.size, result.size, store.seconds_per_call());
  result.cuts.insert(result.cuts.end(), sampled.begin(), sampled.end());
  const std::chrono::duration<double> now = std::chrono::steady_clock::now() - start;
  result.seconds = before + now.count();
  nlohmann::json json = to_json(experiment, model, result);
  json["model_id"] = made_by;
  write_file(file, json.dump(1) + "\n");
  return json;
}

}  // namespace dinas
