#include "import/arch_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace dinas {
namespace {

// Far above what an official file has, for one whose small cells all refer to the same long lists.
constexpr std::size_t kMostKeys = 64;  // of the dictionary of a cell or of a training
constexpr std::size_t kMostSeeds = 16;
constexpr std::size_t kMostEntries = 1'000;  // of a dictionary in it: of 200 epochs, three sets
constexpr std::size_t kMostTimes = 10'000;   // of the list of latencies
constexpr std::size_t kLongestNotation = 1'000;
constexpr std::int64_t kLastCell = 15'624;

const PickleDict& short_dict(const PickleView& view, std::size_t most = kMostEntries) {
  if (view.dict().entries.size() > most) view.fail(fmt::format("at most {} entries", most));
  return view.dict();
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return values.empty() ? kMissing : sum / static_cast<double>(values.size());
}

// Counts the values that are looked at. An official file has ten bytes or more for each.
struct Effort {
  std::uint64_t& looked_at;
  std::uint64_t offset;  // how far the file is read

  void spend(const PickleView& view, std::size_t values) const {
    constexpr std::uint64_t always = 10'000'000;
    looked_at += values;
    if (looked_at > always + offset) {
      view.fail("values of its own (this small file refers to large ones again and again)");
    }
  }
};

struct Training {
  double seed = 0.0;
  PickleView result;
};

// The trainings of one data set, one a seed, in the order of dataset_seed.
std::vector<Training> trainings(const PickleView& cell, std::string_view data_set,
                                const Effort& effort) {
  std::vector<Training> found;
  if (!cell.member("dataset_seed").has(data_set)) return found;
  const PickleView of_set = cell.member("dataset_seed").member(data_set);
  if (of_set.size() > kMostSeeds) of_set.fail(fmt::format("at most {} seeds", kMostSeeds));
  const PickleView results = cell.member("all_results");
  const auto& entries = short_dict(results, kMostSeeds * kTrainedSets.size()).entries;
  effort.spend(results, of_set.size() * entries.size());
  for (std::size_t i = 0; i < of_set.size(); ++i) {
    const double seed = of_set.number_at(i);
    const auto entry = std::ranges::find_if(entries, [&](const auto& candidate) {
      const PickleView key = results.inner(candidate.first, "a key");
      return key.size() == 2 && key.item(0).text() == data_set && key.number_at(1) == seed;
    });
    if (entry == entries.end()) {
      results.fail(fmt::format("a training for ({}, {})", data_set, seed));
    }
    const PickleView result = results.inner(entry->second, fmt::format("({}, {})", data_set, seed));
    short_dict(result, kMostKeys);  // its values are looked up by name one after the other
    found.push_back({seed, result});
  }
  return found;
}

// After the last epoch.
SeedAccuracy accuracy(const std::vector<Training>& trainings, std::string_view set,
                      const Effort& effort) {
  std::vector<double> values;
  for (const auto& [seed, training] : trainings) {
    const std::int64_t last = training.member("epochs").integer(1, kTrainingEpochs.back()) - 1;
    const std::string key = fmt::format("{}@{}", set, last);
    const PickleView accuracies = training.member("eval_acc1es");
    effort.spend(accuracies, short_dict(accuracies).entries.size());
    const PickleValue* value = accuracies.dict().find(key);
    if (value) values.push_back(accuracies.inner(*value, key).number());
  }
  return {mean(values), values.empty() ? kMissing : values.front()};
}

double mean_time(const std::vector<Training>& trainings, const Effort& effort) {
  std::vector<double> times;
  for (const auto& [seed, training] : trainings) {
    if (!training.has("train_times") || training.member("train_times").is_none()) continue;
    const PickleView epochs = training.member("train_times");
    double sum = 0.0;
    effort.spend(epochs, epochs.dict().entries.size());
    for (const auto& entry : short_dict(epochs, kTrainingEpochs.back()).entries)
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

double mean_latency_ms(const std::vector<Training>& trainings, const Effort& effort) {
  constexpr double milliseconds = 1000.0;
  std::vector<double> means;
  for (const auto& [seed, training] : trainings) {
    if (!training.has("latency") || training.member("latency").is_none()) continue;
    const PickleView latency = training.member("latency");
    if (latency.size() > kMostTimes) latency.fail(fmt::format("at most {} items", kMostTimes));
    effort.spend(latency, latency.size());
    std::vector<double> values;
    for (std::size_t i = 0; i < latency.size(); ++i) values.push_back(latency.number_at(i));
    if (mean(values) > 0.0) means.push_back(mean(values));
  }
  return milliseconds * mean(means);
}

}  // namespace

void ArchResultsReader::take(PickleDict& dict, std::uint64_t offset,
                             std::map<std::int64_t, CellOutcomes>& cells) {
  if (dict.entries.size() > kMostKeys) return;
  if (!dict.find("arch_index") || !dict.find("all_results")) return;
  const PickleValue value(std::shared_ptr<PickleDict>(std::shared_ptr<PickleDict>(), &dict));
  const PickleView view(value, file_);
  CellOutcomes& cell = cells[view.member("arch_index").integer(0, kLastCell)];
  const std::string& notation = view.member("arch_str").text();
  if (notation.size() > kLongestNotation) {
    view.member("arch_str").fail(fmt::format("at most {} characters", kLongestNotation));
  }
  if (!cell.notation.empty() && cell.notation != notation) {
    view.member("arch_str").fail(fmt::format("'{}' as before", cell.notation));
  }
  if (std::string why; !space_->parse(notation, why)) {
    view.member("arch_str").fail(fmt::format("a cell of NAS-Bench-201 ({})", why));
  }
  cell.notation = notation;
  for (std::size_t i = 0; i < kTrainedSets.size(); ++i) take(view, i, offset, cell);
  dict.entries.clear();
}

void ArchResultsReader::take(const PickleView& view, std::size_t set, std::uint64_t offset,
                             CellOutcomes& cell) {
  const TrainedSet& trained = kTrainedSets.at(set);
  const Effort effort{looked_at_, offset};
  const auto found = trainings(view, trained.official, effort);
  if (found.empty()) return;
  const PickleView epochs = found.front().result.member("epochs");
  const auto index = std::ranges::find(kTrainingEpochs, epochs.integer(0, kTrainingEpochs.back()));
  if (index == kTrainingEpochs.end()) epochs.fail("12 or 200");
  TrainingOutcome& outcome =
      cell.outcomes.at(static_cast<std::size_t>(index - kTrainingEpochs.begin())).at(set);
  // Otherwise a small file of many references to one cell would take long.
  if (outcome.read) view.fail("the results of a cell once");
  outcome.read = true;
  if (!trained.valid.empty()) outcome.valid = accuracy(found, trained.valid, effort);
  outcome.test = accuracy(found, trained.test, effort);
  outcome.time_s = mean_time(found, effort);
  outcome.macs_m = cost(found, "flop");
  outcome.params_m = cost(found, "params");
  outcome.latency_ms = mean_latency_ms(found, effort);
}

}  // namespace dinas
