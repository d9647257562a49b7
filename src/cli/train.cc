#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "cli/commands.h"
#include "cli/tables.h"
#include "train/run.h"
#include "train/training_set.h"

namespace dinas {
namespace {

Profile parse_profile(const std::string& text) {
  if (text == "fast") return Profile::kFast;
  if (text == "paper") return Profile::kPaper;
  throw UsageError("unknown profile '" + text + "': expected fast or paper");
}

TrainOptions train_options(const TrainCommandOptions& options) {
  TrainOptions train = options.train;
  train.profile = parse_profile(options.profile);
  const bool paper = train.profile == Profile::kPaper;
  if (!options.noise.empty()) {
    train.noise = parse_noise(options.noise);
  } else if (paper) {
    train.noise = Noise::kMarginal;
  }
  if (paper && options.batch_given) train.paper.batch = train.batch;
  if (paper) train.batch = train.paper.batch;
  train.denoiser.feed_forward = 4 * train.denoiser.width;
  train.denoiser.time_input = train.noise != Noise::kMask;
  if (train.threads == 0) train.threads = available_threads();
  train.checkpoint = options.out + ".checkpoint";
  train.resume = options.resume;
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

// Fails now rather than after training.
void check_writable(const std::string& path) {
  const auto folder = std::filesystem::absolute(path).parent_path();
  if (!std::filesystem::is_directory(folder)) {
    throw Error("cannot write " + path + ": the folder " + folder.string() + " does not exist");
  }
  if (std::filesystem::is_directory(path)) throw Error("cannot write " + path + ": it is a folder");
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

}  // namespace

void run_train(const TrainCommandOptions& options, Runtime& runtime, Console& console) {
  const TrainOptions train = train_options(options);
  const SplitOptions split = split_options(options);
  const auto space = find_space(options.space);
  std::vector<MetricSpec> specs;
  for (const std::string& text : options.metrics) specs.push_back(parse_metric_spec(text));
  check_writable(options.out);
  const Runtime::Backend backend = runtime.backend(train.threads);

  std::vector<std::string> names;
  for (const MetricSpec& spec : specs) names.push_back(spec.name);
  const Table table = open_tables(options.tables, space, names, console);
  const TrainingSet data = make_training_set(table, specs, split);
  console.note(backend.description);
  if (!backend.warning.empty()) console.note("warning: " + backend.warning);
  console.note(fmt::format("{} architectures, {} of them labelled, {} metric{}",
                           data.architectures.size(), data.labelled, specs.size(),
                           specs.size() == 1 ? "" : "s"));

  TrainProgress last;
  Console::catch_interrupts();
  Model model;
  try {
    model = runtime.train(data, train, [&](const TrainProgress& progress) {
      last = progress;
      console.progress(progress_line(progress), progress.fraction >= 1.0);
      return !Console::interrupted();
    });
  } catch (const Interrupted&) {
    console.note("stopped; continue with the same command and --resume (" + train.checkpoint + ")");
    throw;
  }
  model.config.training.label_budget = split.labels;
  model.config.training.hide_classes = split.hide_classes;
  for (const std::string& spec : options.tables) {
    model.config.training.tables.push_back(std::filesystem::path(spec).filename().string());
  }
  if (options.no_labels) model.labels = {};
  save_model(options.out, model);
  if (!options.json.empty()) write_file(options.json, training_json(model, last).dump(2) + "\n");
  std::error_code ignored;
  std::filesystem::remove(train.checkpoint, ignored);
  console.note(fmt::format("wrote {} ({} steps in {})", options.out, model.config.training.steps,
                           print_duration(last.elapsed)));
}

}  // namespace dinas
