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
#include "cli/learning.h"
#include "measure/count_meter.h"
#include "measure/score_meter.h"
#include "measure/timing_meter.h"
#include "measure/training_meter.h"

namespace dinas {
namespace {

using Options = MeasureCommandOptions;
using Names = std::vector<std::string>;
using Json = nlohmann::ordered_json;

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
  for (const Names& names :
       {count_metrics(), Names{kLatency}, training_metrics(), score_metrics()}) {
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

// The network that is trained where nothing is said: a cell takes seconds.
Macro proxy_of(const Options& o, const Space& space) {
  Macro proxy = o.learning.proxy;
  const bool darts = space.name() == "darts";
  if (proxy.channels == 0) proxy.channels = 8;
  if (proxy.cells == 0) proxy.cells = darts ? 3 : 1;
  if (proxy.image_size == 0) proxy.image_size = darts ? 16 : 14;
  return proxy;
}

void need_dataset(const Options& o) {
  if (!o.learning.dataset.empty()) return;
  throw UsageError("--dataset FOLDER is missing: the images that networks learn or are scored on");
}

void add_training(const Options& o, const std::shared_ptr<const Space>& space, Meters& meters,
                  Json& settings) {
  Names names = asked_of(o, training_metrics());
  if (names.empty()) return;
  need_dataset(o);
  const Macro proxy = proxy_of(o, *space);
  const std::string& folder = o.learning.dataset;
  TrainingTask task{proxy, o.learning.recipe,
                    read_images(folder, Split::kTrain, proxy.image_size, o.learning.train_images),
                    read_images(folder, Split::kTest, proxy.image_size, o.learning.test_images),
                    o.seed};
  settings["proxy"] = settings_of(proxy);
  settings["train_images"] = task.train->count();
  settings["test_images"] = task.test->count();
  settings["images"] = hash_of(*task.train) + hash_of(*task.test);
  settings["recipe"] = settings_of(o.learning.recipe);
  settings["seed"] = o.seed;
  meters.push_back(std::make_unique<TrainingMeter>(space, std::move(task), std::move(names)));
}

void add_scores(const Options& o, const std::shared_ptr<const Space>& space, Meters& meters,
                Json& settings) {
  const Names names = asked_of(o, score_metrics());
  if (names.empty()) return;
  need_dataset(o);
  const Macro proxy = proxy_of(o, *space);
  const Dataset dataset = read_dataset(o.learning.dataset, Split::kTrain);
  const auto task = std::make_shared<const ScoreTask>(*space, proxy, dataset, o.seed);
  settings["proxy"] = settings_of(proxy);
  settings["score_images"] = hash_of(dataset);
  settings["seed"] = o.seed;
  for (const std::string& name : names) {
    meters.push_back(std::make_unique<ScoreMeter>(space, task, name));
  }
}

}  // namespace

MeterSet make_meters(const MeasureCommandOptions& options,
                     const std::shared_ptr<const Space>& space) {
  check_names(options);
  if (!has_network(*space)) {
    throw UsageError(fmt::format("{} has no network that could be measured", space->name()));
  }
  MeterSet set;
  Json settings = {{"space", space->name()}};
  Names counts = asked_of(options, count_metrics());
  if (!counts.empty() || is_timed(options.metrics)) {
    settings["network"] = settings_of(options.network);
  }
  if (!counts.empty()) {
    set.meters.push_back(std::make_unique<CountMeter>(space, options.network, std::move(counts)));
  }
  if (is_timed(options.metrics)) {
    settings["latency"] = {{"batch", options.latency.inference.batch},
                           {"threads", options.latency.inference.threads},
                           {"reference_ms", options.latency.reference_ms}};
    set.meters.push_back(std::make_unique<TimingMeter>(space, options.network, options.latency));
  }
  add_training(options, space, set.meters, settings);
  add_scores(options, space, set.meters, settings);
  set.settings = settings.dump();
  return set;
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

}  // namespace dinas
