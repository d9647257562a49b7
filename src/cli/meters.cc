#include "cli/meters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "measure/count_meter.h"
#include "measure/timing_meter.h"
#include "measure/training_meter.h"

namespace dinas {
namespace {

using Options = MeasureCommandOptions;
using Names = std::vector<std::string>;

// Those of the asked metrics that a meter knows, in the order asked.
Names asked_of(const Options& o, const Names& known) {
  Names names;
  for (const std::string& name : o.metrics) {
    if (std::ranges::find(known, name) != known.end()) names.push_back(name);
  }
  return names;
}

void check_names(const Options& o) {
  Names known;
  for (const Names& names : {count_metrics(), Names{kLatency}, training_metrics()}) {
    known.insert(known.end(), names.begin(), names.end());
  }
  std::set<std::string> seen;
  for (const std::string& name : o.metrics) {
    if (std::ranges::find(known, name) == known.end()) {
      throw UsageError(
          fmt::format("nothing measures '{}': expected one of {}", name, fmt::join(known, ", ")));
    }
    if (!seen.insert(name).second) {
      throw UsageError(fmt::format("--metric {} is given twice", name));
    }
  }
}

std::shared_ptr<const Dataset> images(const Options& o, Split split, std::int64_t count) {
  return std::make_shared<const Dataset>(reduced(read_dataset(o.learning.dataset, split),
                                                 o.learning.proxy.image_size,
                                                 static_cast<std::size_t>(count), 0));
}

void add_training(const Options& o, const std::shared_ptr<const Space>& space, Meters& meters) {
  Names names = asked_of(o, training_metrics());
  if (names.empty()) return;
  if (o.learning.dataset.empty()) {
    throw UsageError("--dataset FOLDER is missing: the images that networks are trained on");
  }
  TrainingTask task{o.learning.proxy, o.learning.recipe,
                    images(o, Split::kTrain, o.learning.train_images),
                    images(o, Split::kTest, o.learning.test_images), o.seed};
  meters.push_back(std::make_unique<TrainingMeter>(space, std::move(task), std::move(names)));
}

nlohmann::ordered_json settings_of(const Macro& macro) {
  return {{"channels", macro.channels},
          {"cells", macro.cells},
          {"image_size", macro.image_size},
          {"classes", macro.classes},
          {"imagenet", macro.imagenet}};
}

nlohmann::ordered_json settings_of(const TrainRecipe& r) {
  return {{"epochs", r.epochs},
          {"max_seconds", r.max_seconds},
          {"batch", r.batch},
          {"rate", r.rate},
          {"warm_up", r.warm_up},
          {"momentum", r.momentum},
          {"weight_decay", r.weight_decay},
          {"label_smoothing", r.label_smoothing},
          {"auxiliary_weight", r.auxiliary_weight},
          {"drop_path", r.drop_path},
          {"flip", r.augmentation.flip},
          {"crop", r.augmentation.crop},
          {"cutout", r.augmentation.cutout}};
}

}  // namespace

Meters make_meters(const MeasureCommandOptions& options, std::shared_ptr<const Space> space) {
  check_names(options);
  if (!has_network(*space)) {
    throw UsageError(fmt::format("{} has no network that could be measured", space->name()));
  }
  Meters meters;
  if (Names names = asked_of(options, count_metrics()); !names.empty()) {
    meters.push_back(std::make_unique<CountMeter>(space, options.network, std::move(names)));
  }
  if (is_timed(options.metrics)) {
    meters.push_back(std::make_unique<TimingMeter>(space, options.network, options.latency));
  }
  add_training(options, space, meters);
  return meters;
}

bool is_timed(const std::vector<std::string>& metrics) {
  return std::ranges::find(metrics, kLatency) != metrics.end();
}

double stored_reference_ms(const std::string& table) {
  const std::string file = RowFile::settings_file(table);
  if (!std::filesystem::exists(file)) return 0.0;
  const auto json = nlohmann::json::parse(read_file(file), nullptr, false);
  const nlohmann::json::json_pointer place("/latency/reference_ms");
  return json.contains(place) && json[place].is_number() ? json[place].get<double>() : 0.0;
}

std::string measure_settings(const MeasureCommandOptions& options) {
  nlohmann::ordered_json settings = {{"space", options.space}};
  if (!asked_of(options, count_metrics()).empty() || is_timed(options.metrics)) {
    settings["network"] = settings_of(options.network);
  }
  if (is_timed(options.metrics)) {
    settings["latency"] = {{"batch", options.latency.inference.batch},
                           {"threads", options.latency.inference.threads},
                           {"reference_ms", options.latency.reference_ms}};
  }
  if (!asked_of(options, training_metrics()).empty()) {
    settings["proxy"] = settings_of(options.learning.proxy);
    settings["dataset"] = std::filesystem::path(options.learning.dataset).filename().string();
    settings["train_images"] = options.learning.train_images;
    settings["test_images"] = options.learning.test_images;
    settings["recipe"] = settings_of(options.learning.recipe);
    settings["seed"] = options.seed;
  }
  return settings.dump();
}

}  // namespace dinas
