// NATS-Bench, topology space, and NAS-Bench-201: "arch2infos" maps a cell's number to what became
// of it with 12 and with 200 epochs, each a dictionary with "arch_index", "arch_str",
// "dataset_seed" (data set -> seeds) and "all_results" ((data set, seed) -> one training), as
// ArchResults and ResultsCount of nats_bench/api_utils.py have it. The files of the folder "simple"
// are what "arch2infos" holds for one cell.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "import/formats.h"
#include "import/pickle_file.h"
#include "import/table_text.h"

namespace dinas {
namespace {

namespace fs = std::filesystem;

// A training set and what is asked of the networks trained on it.
struct Trained {
  std::string_view official;
  std::string_view name;
  std::string_view valid;  // evaluation set; empty: none
  std::string_view test;
  std::string_view valid_column;
  std::string_view test_column;
};

constexpr std::array<Trained, 4> kTrained = {{
    {"cifar10-valid", "cifar10valid", "x-valid", "ori-test", "cifar10_valid", "cifar10valid_test"},
    {"cifar10", "cifar10", "", "ori-test", "", "cifar10_test"},
    {"cifar100", "cifar100", "x-valid", "x-test", "cifar100_valid", "cifar100_test"},
    {"ImageNet16-120", "imagenet16_120", "x-valid", "x-test", "imagenet16_120_valid",
     "imagenet16_120_test"},
}};

constexpr std::array<int, 2> kEpochs = {12, 200};

// Far above what an official file has, for one whose small cells all refer to the same long lists.
constexpr std::size_t kMostKeys = 64;  // of the dictionary of a cell
constexpr std::size_t kMostSeeds = 16;
constexpr std::size_t kMostEntries = 1'000;  // of a dictionary in it: of 200 epochs, three sets
constexpr std::size_t kMostTimes = 10'000;   // of the list of latencies
constexpr std::int64_t kLastCell = 15'624;

const PickleDict& short_dict(const PickleView& view, std::size_t most = kMostEntries) {
  if (view.dict().entries.size() > most) view.fail(fmt::format("at most {} entries", most));
  return view.dict();
}

struct Accuracy {
  double mean = kMissing;   // over the seeds
  double first = kMissing;  // of the first seed
};

struct Outcome {  // of one training set and number of epochs
  bool read = false;
  Accuracy valid;
  Accuracy test;
  double time_s = kMissing;
  double macs_m = kMissing;
  double params_m = kMissing;
  double latency_ms = kMissing;
};

struct CellOutcomes {
  std::string notation;
  std::array<std::array<Outcome, kTrained.size()>, kEpochs.size()> outcomes;
};

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return values.empty() ? kMissing : sum / static_cast<double>(values.size());
}

struct Training {
  double seed = 0.0;
  PickleView result;
};

// The trainings of one data set, one a seed, in the order of dataset_seed.
std::vector<Training> trainings(const PickleView& cell, std::string_view data_set) {
  std::vector<Training> found;
  if (!cell.member("dataset_seed").has(data_set)) return found;
  const PickleView of_set = cell.member("dataset_seed").member(data_set);
  if (of_set.size() > kMostSeeds) of_set.fail(fmt::format("at most {} seeds", kMostSeeds));
  const PickleView results = cell.member("all_results");
  const auto& entries = short_dict(results, kMostSeeds * kTrained.size()).entries;
  for (std::size_t i = 0; i < of_set.size(); ++i) {
    const double seed = of_set.number_at(i);
    const auto entry = std::ranges::find_if(entries, [&](const auto& candidate) {
      const PickleView key = results.inner(candidate.first, "a key");
      return key.size() == 2 && key.item(0).text() == data_set && key.number_at(1) == seed;
    });
    if (entry == entries.end()) {
      results.fail(fmt::format("a training for ({}, {})", data_set, seed));
    }
    found.push_back({seed, results.inner(entry->second, fmt::format("({}, {})", data_set, seed))});
  }
  return found;
}

// After the last epoch.
Accuracy accuracy(const std::vector<Training>& trainings, std::string_view set) {
  std::vector<double> values;
  for (const auto& [seed, training] : trainings) {
    const std::int64_t last = training.member("epochs").integer(1, kEpochs.back()) - 1;
    const std::string key = fmt::format("{}@{}", set, last);
    const PickleView accuracies = training.member("eval_acc1es");
    const PickleValue* value = short_dict(accuracies).find(key);
    if (value) values.push_back(accuracies.inner(*value, key).number());
  }
  return {mean(values), values.empty() ? kMissing : values.front()};
}

double mean_time(const std::vector<Training>& trainings) {
  std::vector<double> times;
  for (const auto& [seed, training] : trainings) {
    if (!training.has("train_times") || training.member("train_times").is_none()) continue;
    const PickleView epochs = training.member("train_times");
    double sum = 0.0;
    for (const auto& entry : short_dict(epochs, kEpochs.back()).entries)
      sum += epochs.inner(entry.second, "").number();
    times.push_back(sum);
  }
  return mean(times);
}

// Where the seeds disagree on what must be equal, the official code takes seed 888.
double cost(const std::vector<Training>& trainings, std::string_view name) {
  constexpr double agree = 5e-6;
  constexpr double trusted_seed = 888.0;
  std::vector<double> values;
  double trusted = kMissing;
  for (const auto& [seed, training] : trainings) {
    values.push_back(training.member(name).number());
    if (seed == trusted_seed) trusted = values.back();
  }
  const auto apart = [&](double value) { return std::abs(value - values.front()) > agree; };
  if (!std::ranges::any_of(values, apart)) return values.front();
  return std::isnan(trusted) ? mean(values) : trusted;
}

double mean_latency_ms(const std::vector<Training>& trainings) {
  constexpr double milliseconds = 1000.0;
  std::vector<double> means;
  for (const auto& [seed, training] : trainings) {
    if (!training.has("latency") || training.member("latency").is_none()) continue;
    const PickleView latency = training.member("latency");
    if (latency.size() > kMostTimes) latency.fail(fmt::format("at most {} items", kMostTimes));
    std::vector<double> values;
    for (std::size_t i = 0; i < latency.size(); ++i) values.push_back(latency.number_at(i));
    if (mean(values) > 0.0) means.push_back(mean(values));
  }
  return milliseconds * mean(means);
}

class ArchResultsReader {
 public:
  explicit ArchResultsReader(std::string file) : file_(std::move(file)) {}

  // What ArchResults wrote is taken and dropped; other dictionaries stay as they are.
  void take(PickleDict& dict, std::map<std::int64_t, CellOutcomes>& cells) const {
    if (dict.entries.size() > kMostKeys) return;
    if (!dict.find("arch_index") || !dict.find("all_results")) return;
    const PickleValue value(std::shared_ptr<PickleDict>(std::shared_ptr<PickleDict>(), &dict));
    const PickleView view(value, file_);
    CellOutcomes& cell = cells[view.member("arch_index").integer(0, kLastCell)];
    const std::string& notation = view.member("arch_str").text();
    if (!cell.notation.empty() && cell.notation != notation) {
      view.member("arch_str").fail(fmt::format("'{}' as before", cell.notation));
    }
    cell.notation = notation;
    for (std::size_t i = 0; i < kTrained.size(); ++i) take(view, i, cell);
    dict.entries.clear();
  }

 private:
  static void take(const PickleView& view, std::size_t trained, CellOutcomes& cell) {
    const Trained& set = kTrained.at(trained);
    const auto found = trainings(view, set.official);
    if (found.empty()) return;
    const PickleView epochs = found.front().result.member("epochs");
    const auto index = std::ranges::find(kEpochs, epochs.integer(0, kEpochs.back()));
    if (index == kEpochs.end()) epochs.fail("12 or 200");
    Outcome& outcome =
        cell.outcomes.at(static_cast<std::size_t>(index - kEpochs.begin())).at(trained);
    // Otherwise a small file of many references to one cell would take long.
    if (outcome.read) view.fail("the results of a cell once");
    outcome.read = true;
    if (!set.valid.empty()) outcome.valid = accuracy(found, set.valid);
    outcome.test = accuracy(found, set.test);
    outcome.time_s = mean_time(found);
    outcome.macs_m = cost(found, "flop");
    outcome.params_m = cost(found, "params");
    outcome.latency_ms = mean_latency_ms(found);
  }

  std::string file_;
};

std::vector<std::string> column_names() {
  std::vector<std::string> names = {"index", "arch_str"};
  for (const int epochs : kEpochs) {
    for (const Trained& set : kTrained) {
      if (!set.valid.empty()) {
        names.push_back(fmt::format("{}_{}", set.valid_column, epochs));
        names.push_back(fmt::format("{}_{}_first_seed", set.valid_column, epochs));
      }
      names.push_back(fmt::format("{}_{}", set.test_column, epochs));
      names.push_back(fmt::format("{}_{}_first_seed", set.test_column, epochs));
      names.push_back(fmt::format("{}_train_time_{}_s", set.name, epochs));
    }
  }
  for (const Trained& set : kTrained) {
    if (set.official == "cifar10-valid") continue;
    for (const auto* cost : {"macs_m", "params_m", "latency_ms"}) {
      names.push_back(fmt::format("{}_{}", set.name, cost));
    }
  }
  return names;
}

void write_cell(std::int64_t index, const CellOutcomes& cell, TableText& table) {
  table.number(static_cast<double>(index));
  table.text(cell.notation);
  for (const auto& of_epochs : cell.outcomes) {
    for (std::size_t i = 0; i < kTrained.size(); ++i) {
      const Outcome& outcome = of_epochs.at(i);
      if (!kTrained.at(i).valid.empty()) {
        table.number(outcome.valid.mean);
        table.number(outcome.valid.first);
      }
      table.number(outcome.test.mean);
      table.number(outcome.test.first);
      table.number(outcome.time_s);
    }
  }
  for (std::size_t i = 1; i < kTrained.size(); ++i) {
    const Outcome& shorter = cell.outcomes.front().at(i);
    const Outcome& longer = cell.outcomes.back().at(i);
    const Outcome& outcome = longer.read ? longer : shorter;
    table.number(outcome.macs_m);
    table.number(outcome.params_m);
    table.number(outcome.latency_ms);
  }
  table.end_row();
}

void read_cells(const std::string& path, PickleMemory memory,
                std::map<std::int64_t, CellOutcomes>& cells) {
  const ArchResultsReader reader(path);
  PickleOptions options;
  options.reduce = [&](PickleDict& dict) { reader.take(dict, cells); };
  static_cast<void>(read_pickle_file(path, options, memory));
}

// Of the folder "simple", sorted.
std::vector<std::string> cell_files(const std::string& folder) {
  auto files = read_folder(folder, [&] {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const bool meta = entry.path().filename().string().starts_with("meta.");
      if (entry.path().extension() == ".pbz2" && !meta) found.push_back(entry.path().string());
    }
    return found;
  });
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::string import_nats_bench(const std::vector<std::string>& paths) {
  std::map<std::int64_t, CellOutcomes> cells;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      read_cells(path, PickleMemory::kUsed, cells);
      continue;
    }
    for (const std::string& file : cell_files(path)) read_cells(file, PickleMemory::kAll, cells);
  }
  if (cells.empty()) {
    throw Error(
        fmt::format("{}: expected results of cells as NATS-Bench has them (arch_index, "
                    "all_results), found none",
                    paths.front()));
  }
  TableText table(paths.front(), column_names());
  for (const auto& [index, cell] : cells) write_cell(index, cell, table);
  return std::move(table).take();
}

}  // namespace dinas
