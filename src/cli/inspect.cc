#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "engine/fast.h"
#include "model/model.h"
#include "model/model_check.h"

namespace dinas {
namespace {

std::int64_t parameter_count(const Model& model) {
  std::int64_t total = 0;
  for (const auto& [name, tensor] : model.weights)
    total += static_cast<std::int64_t>(tensor.data.size());
  return total;
}

nlohmann::json metric_json(const MetricDistribution& metric) {
  nlohmann::json quantiles = nlohmann::json::object();
  for (const double share : {0.001, 0.01, 0.05, 0.1, 0.2, 0.5}) {
    quantiles[fmt::format("top {:g}%", 100.0 * share)] = metric.value_at(share);
  }
  return {{"name", metric.spec().name},
          {"direction", metric.spec().direction == Direction::kMax ? "max" : "min"},
          {"level", metric.spec().level == MetricLevel::kCell ? "cell" : "class"},
          {"labels", metric.size()},
          {"best", metric.best()},
          {"worst", metric.worst()},
          {"quantiles", quantiles}};
}

// Of one forward of the fast engine.
std::uint64_t multiply_adds(const Model& model) {
  return make_fast_denoiser(model, *space_of(model.config))->nominal_multiply_adds();
}

std::string metric_line(const MetricDistribution& m) {
  return fmt::format("  {:<34} {:<4} {:>8} {:>11.6g} {:>11.6g} {:>11.6g} {:>11.6g} {:>11.6g}\n",
                     m.spec().name, m.spec().direction == Direction::kMax ? "max" : "min", m.size(),
                     m.best(), m.value_at(0.01), m.value_at(0.1), m.value_at(0.5), m.worst());
}

std::string inspect_json(const InspectOptions& options, const Model& model) {
  nlohmann::json metrics = nlohmann::json::array();
  for (const MetricDistribution& m : model.metrics) metrics.push_back(metric_json(m));
  nlohmann::json out = {{"id", model_id(options.model)},
                        {"config", to_json(model.config)},
                        {"parameters", parameter_count(model)},
                        {"labelled", model.labels.rows()},
                        {"seen_classes", model.seen_classes.size()},
                        {"metrics", metrics}};
  if (model.config.profile == Profile::kFast) out["multiply_adds"] = multiply_adds(model);
  return out.dump(2) + "\n";
}

}  // namespace

void run_inspect(const InspectOptions& options, Console& console) {
  const Model model = load_model(options.model);
  const ModelConfig& c = model.config;
  if (options.json) return console.result(inspect_json(options, model));
  std::string text = fmt::format("model      {} ({})\n", options.model, model_id(options.model));
  text += fmt::format("space      {}\n", c.space);
  text +=
      fmt::format("network    {}, {} parameters, {} noise\n",
                  c.profile == Profile::kPaper
                      ? "paper profile"
                      : fmt::format("{} layers of width {}", c.denoiser.layers, c.denoiser.width),
                  parameter_count(model), noise_name(c.noise));
  if (c.profile == Profile::kFast) {
    text += fmt::format("forward    {} multiply-adds an architecture\n", multiply_adds(model));
  }
  text += fmt::format(
      "training   {} steps of {} graphs, {} labels, {} architectures, {:g} of the classes hidden, "
      "seed {}\n",
      c.training.steps, c.training.batch, c.training.labels, c.training.graphs,
      c.training.hide_classes, c.training.seed);
  text += fmt::format("labels     {}\n",
                      model.has_labels() ? fmt::format("{} rows in the file", model.labels.rows())
                                         : "not in the file (--no-labels)");
  text += fmt::format("  {:<34} {:<4} {:>8} {:>11} {:>11} {:>11} {:>11} {:>11}\n", "metric", "",
                      "labels", "best", "top 1%", "top 10%", "top 50%", "worst");
  for (const MetricDistribution& m : model.metrics) text += metric_line(m);
  console.result(text);
}

}  // namespace dinas
