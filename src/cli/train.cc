#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/tables.h"
#include "engine/isa.h"
#include "table/random_rows.h"
#include "train/run.h"
#include "train/session.h"
#include "train/trainer.h"
#include "train/training_set.h"

namespace dinas {
namespace {

// The paper profile has its own batch, rate and sizes, and marginal noise only.
void apply_paper_profile(const TrainCommandOptions& options, TrainOptions& train) {
  if (!options.fast_only.empty()) {
    throw UsageError(options.fast_only + " belongs to the fast profile; leave it out");
  }
  if (!options.noise.empty() && train.noise != Noise::kMarginal) {
    throw UsageError("--profile paper has marginal noise only, found --noise " + options.noise);
  }
  train.noise = Noise::kMarginal;
  if (options.batch_given) train.paper.batch = train.batch;
  train.batch = train.paper.batch;
}

// KIND=W
void read_loss_weights(const std::vector<std::string>& texts, LossWeights& weights) {
  const std::array<std::string_view, 3> kinds = {"label", "edge", "inputs"};
  for (const std::string& text : texts) {
    const std::size_t equals = std::min(text.find('='), text.size());
    const auto kind = std::ranges::find(kinds, std::string_view(text).substr(0, equals));
    const char* first = text.data() + std::min(equals + 1, text.size());
    double weight = 0.0;
    const auto [end, error] = std::from_chars(first, text.data() + text.size(), weight);
    if (kind == kinds.end() || error != std::errc() || end != text.data() + text.size()) {
      throw UsageError(
          "--loss-weight: expected label=W, edge=W or inputs=W with a number W, found '" + text +
          "'");
    }
    weights[static_cast<std::size_t>(kind - kinds.begin())] = weight;
  }
}

TrainOptions train_options(const TrainCommandOptions& options) {
  TrainOptions train = options.train;
  train.profile = parse_profile(options.profile);
  if (!options.noise.empty()) train.noise = parse_noise(options.noise);
  if (train.profile == Profile::kPaper) apply_paper_profile(options, train);
  train.denoiser.feed_forward = 4 * train.denoiser.width;
  train.denoiser.edge_width = (train.denoiser.width + 1) / 2;
  read_loss_weights(options.loss_weights, train.loss_weights);
  train.denoiser.time_input = train.noise != Noise::kMask;
  if (train.threads == 0) train.threads = available_threads();
  train.checkpoint = options.out + ".checkpoint";
  train.resume = options.resume;
  if (!std::isfinite(train.max_seconds)) throw UsageError("--max-seconds must be a finite number");
  if (!(train.checkpoint_seconds > 0.0)) throw UsageError("--checkpoint-seconds must be above 0");
  validate(train);
  return train;
}

SplitOptions split_options(const TrainCommandOptions& options) {
  if (options.labels < 0) throw UsageError("--labels must be at least 0");
  if (!(options.hide_classes >= 0.0 && options.hide_classes < 1.0)) {
    throw UsageError("--hide-classes must be at least 0 and below 1");
  }
  return {static_cast<std::uint64_t>(options.labels), options.hide_classes, options.train.seed};
}

// The file's name without its folder, behind its prefix.
std::string table_name(const std::string& spec) {
  const auto equals = spec.find('=');
  if (equals == std::string::npos || std::filesystem::exists(spec)) {
    return std::filesystem::path(spec).filename().string();
  }
  return spec.substr(0, equals + 1) +
         std::filesystem::path(spec.substr(equals + 1)).filename().string();
}

std::string progress_line(const TrainProgress& p) {
  const double left = p.fraction > 0.0 ? p.elapsed * (1.0 - p.fraction) / p.fraction : 0.0;
  return fmt::format("train {:3.0f} %  step {}  loss {:.4f}  {:.0f} graphs/s  {} left",
                     100.0 * p.fraction, p.step, p.loss, p.graphs_per_second, print_duration(left));
}

nlohmann::json training_json(const Model& model, const TrainProgress& last) {
  const TrainingRecord& t = model.config.training;
  return {{"model", to_json(model.config)},
          {"labels_used", t.labels},
          {"graphs", t.graphs},
          {"steps", t.steps},
          {"loss", last.loss},
          {"seconds", last.elapsed},
          {"graphs_per_second", last.graphs_per_second}};
}

// With the architectures drawn from the space; without tables those of a space that can be listed.
Table training_table(const TrainCommandOptions& options, const std::vector<std::string>& metrics,
                     Console& console) {
  if (options.random < 0 || static_cast<std::uint64_t>(options.random) > kMostRandom) {
    throw UsageError(
        fmt::format("--random must be from 0 to {}, found {}", kMostRandom, options.random));
  }
  auto space = find_space(options.space);
  if (options.random == 0) {
    Table table = open_tables(options.tables, std::move(space), metrics, console);
    if (table.rows() > 0) return table;
    throw UsageError(
        fmt::format("the architectures of {} cannot be listed: give --table, or "
                    "--random N for N of them",
                    table.space().name()));
  }
  Table table = options.tables.empty() ? Table(std::move(space))
                                       : open_tables(options.tables, std::move(space), {}, console);
  for (const std::string& name : metrics) table.require_column(name);
  const std::size_t before = table.rows();
  add_random_architectures(table, static_cast<std::uint64_t>(options.random), options.train.seed);
  if (const std::size_t added = table.rows() - before; std::cmp_less(added, options.random)) {
    console.note(fmt::format("--random {}: {} has only {} more", options.random,
                             table.space().name(), added));
  }
  return table;
}

TrainingSet read_data(const TrainCommandOptions& options, Console& console) {
  std::vector<MetricSpec> specs;
  std::vector<std::string> names;
  for (const std::string& text : options.metrics) {
    specs.push_back(parse_metric_spec(text));
    names.push_back(specs.back().name);
  }
  const Table table = training_table(options, names, console);
  TrainingSet data = make_training_set(table, specs, split_options(options));
  console.note(fmt::format("{} architectures, {} of them labelled, {} metric{}",
                           data.architectures.size(), data.labelled, specs.size(),
                           specs.size() == 1 ? "" : "s"));
  if (data.evaluated < data.labelled) {
    console.note(fmt::format("{} of the labels cost evaluations, the others {} computes",
                             data.evaluated, data.space->name()));
  }
  return data;
}

// Records in the model what training itself does not know.
void finish(Model& model, const TrainCommandOptions& options) {
  TrainingRecord& record = model.config.training;
  record.random = static_cast<std::uint64_t>(options.random);
  record.label_budget = split_options(options).labels;
  record.hide_classes = options.hide_classes;
  for (const std::string& spec : options.tables) record.tables.push_back(table_name(spec));
  if (options.no_labels) model.labels = {};
}

}  // namespace

void run_train(const TrainCommandOptions& options, Runtime& runtime, Console& console) {
  const TrainOptions train = train_options(options);
  std::vector<std::string> inputs = options.tables;
  inputs.push_back(options.space);  // a file, perhaps
  check_outputs({options.out, options.json, train.checkpoint}, inputs);
  const bool paper = train.profile == Profile::kPaper;
  const Runtime::Backend backend =
      paper ? runtime.backend(train.threads)
            : Runtime::Backend{fmt::format("{} thread{}, {}", train.threads,
                                           train.threads == 1 ? "" : "s", isa_report()),
                               ""};
  const TrainingSet data = read_data(options, console);
  console.note(backend.description);
  if (!backend.warning.empty()) console.note("warning: " + backend.warning);
  note_checkpoint(train.checkpoint, train.resume, console);

  TrainProgress last;
  Console::catch_interrupts();
  Model model;
  try {
    const TrainObserver observer = [&](const TrainProgress& progress) {
      last = progress;
      console.progress(progress_line(progress), progress.fraction >= 1.0);
      return !Console::interrupted();
    };
    model = paper ? runtime.train_paper(data, train, observer) : train_fast(data, train, observer);
  } catch (const TrainingStopped&) {
    console.note("stopped; continue with the same command and --resume (" + train.checkpoint + ")");
    throw Interrupted{};
  }
  finish(model, options);
  save_model(options.out, model);
  if (!options.json.empty()) write_file(options.json, training_json(model, last).dump(2) + "\n");
  std::error_code ignored;
  std::filesystem::remove(train.checkpoint, ignored);
  console.note(fmt::format("wrote {} ({} steps in {})", options.out, model.config.training.steps,
                           print_duration(last.elapsed)));
}

}  // namespace dinas
