// Trains a network that the command line does not offer, for docs/studies.md, and writes a model
// that `dinas evaluate` takes.
//
//   no-time      the time t / T of marginal or uniform noise is no input, as in the paper
//   undirected   an edge means the same to both of its ends, as where the paper symmetrises the
//                graph: parameters that tell the ends apart are equal, for which their mean
//                replaces them after every step, in the optimiser's moments and the average as well
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "diffusion/transition.h"
#include "model/edge_layout.h"
#include "model/model.h"
#include "model/parameters.h"
#include "space/space.h"
#include "table/table.h"
#include "train/session.h"
#include "train/step.h"

namespace dinas {
namespace {

struct Settings {
  std::string variant;
  std::string space;
  std::vector<std::string> tables;
  std::vector<std::string> metrics;
  std::string noise;
  std::string out;
  int epochs = 0;
  std::uint64_t seed = 0;
};

using TiedPairs = std::vector<std::pair<std::size_t, std::size_t>>;

// Places of the parameters that say the same of the two ends of an edge.
TiedPairs tied_parameters(const DenoiserConfig& config, const Skeleton& skeleton,
                          std::size_t metrics) {
  const train::ParameterLayout layout(fast_parameters(config, skeleton, metrics));
  TiedPairs tied;
  const auto columns = [&](const std::string& name, std::size_t a, std::size_t b) {
    const std::size_t first = layout.at(name);
    const auto rows = static_cast<std::size_t>(layout.shape(name).front());
    const auto width = static_cast<std::size_t>(layout.shape(name).back());
    for (std::size_t r = 0; r < rows; ++r) {
      tied.emplace_back(first + r * width + a, first + r * width + b);
    }
  };
  const auto blocks = [&](const std::string& prefix) {
    const std::size_t from = layout.at(prefix + "from.weight");
    const std::size_t to = layout.at(prefix + "to.weight");
    const auto size = static_cast<std::size_t>(config.width * config.edge_width);
    for (std::size_t i = 0; i < size; ++i) tied.emplace_back(from + i, to + i);
  };
  const bool edges = !EdgeLayout(skeleton).empty();
  const auto kind = [](PairKind k) { return static_cast<std::size_t>(k); };
  for (int l = 0; l < config.layers; ++l) {
    const std::string layer = fmt::format("layer.{}.", l);
    const std::string constant = layer + "attention.pair_bias";
    columns(constant, kind(PairKind::kEdgeForward), kind(PairKind::kEdgeBackward));
    columns(constant, kind(PairKind::kAncestor), kind(PairKind::kDescendant));
    if (!edges) continue;
    const auto heads = static_cast<std::size_t>(config.heads);
    for (std::size_t h = 0; h < heads; ++h) {
      columns(layer + "edge.attention.weight", h, heads + h);
    }
    blocks(layer + "edge.");
  }
  if (edges) blocks("readout.edge.");
  return tied;
}

void tie(const TiedPairs& tied, std::vector<float>& values) {
  for (const auto& [a, b] : tied) values[a] = values[b] = 0.5F * (values[a] + values[b]);
}

Model trained(const TrainingSet& data, const TrainOptions& options, const TiedPairs& tied) {
  TrainingSession session(data, options);
  TrainingStep step(data, options);
  OptimiserState& optimiser = step.optimiser();
  const auto tie_all = [&] {
    for (auto* v : {&step.parameters(), &optimiser.average, &optimiser.first, &optimiser.second}) {
      tie(tied, *v);
    }
  };
  // Equal from the start, and not smaller, as the mean of two draws would be.
  for (auto* v : {&step.parameters(), &optimiser.average}) {
    for (const auto& [a, b] : tied) (*v)[b] = (*v)[a];
  }
  session.run(
      {},
      [&](std::uint64_t number, double fraction) {
        const double loss = step.run(number, options.learning_rate * rate_share(fraction));
        tie_all();
        return loss;
      },
      nullptr);
  Model model = session.model();
  model.weights = step.averaged();
  return model;
}

void run(const Settings& s) {
  TrainOptions options;
  options.noise = parse_noise(s.noise);
  const bool timed = options.noise != Noise::kMask;  // mask noise has no time
  if (s.variant == "no-time" && !timed)
    throw UsageError("no-time: give marginal or uniform --noise");
  options.denoiser.time_input = s.variant != "no-time" && timed;
  options.epochs = s.epochs;
  options.seed = s.seed;
  validate(options);
  const auto space = find_space(s.space);
  std::vector<MetricSpec> metrics;
  for (const std::string& text : s.metrics) metrics.push_back(parse_metric_spec(text));
  const TrainingSet data =
      make_training_set(load_tables(s.tables, space), metrics, {.seed = options.seed});
  TiedPairs tied;
  if (s.variant == "undirected") {
    tied = tied_parameters(options.denoiser, space->skeleton(), metrics.size());
  }
  save_model(s.out, trained(data, options, tied));
}

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  CLI::App app("trains a network that the command line does not offer");
  dinas::Settings s;
  app.add_option("variant", s.variant, "no-time or undirected")
      ->required()
      ->check(CLI::IsMember({"no-time", "undirected"}));
  app.add_option("--space", s.space, "name or file of the space")->required();
  app.add_option("--table", s.tables, "tables to join")->required()->allow_extra_args(false);
  app.add_option("--metric", s.metrics, "NAME:max or NAME:min")
      ->required()
      ->allow_extra_args(false);
  app.add_option("--noise", s.noise, "mask, marginal or uniform")->required();
  app.add_option("--epochs", s.epochs, "passes over the table")->required();
  app.add_option("--seed", s.seed, "seed")->capture_default_str();
  app.add_option("--out", s.out, "model file")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    dinas::run(s);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
