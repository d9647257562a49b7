// NATS-Bench, topology space, and NAS-Bench-201: "arch2infos" maps a cell's number to what became
// of it with 12 and with 200 epochs ("12", "200"; in NAS-Bench-201 "less", "full"), each a
// dictionary with "arch_index", "arch_str", "dataset_seed" (data set -> seeds) and "all_results"
// ((data set, seed) -> one training), as ArchResults and ResultsCount of nats_bench/api_utils.py
// have it. "meta_archs" lists the cells. The files of the folder "simple" are what "arch2infos"
// holds for one cell.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "import/arch_results.h"
#include "import/formats.h"
#include "import/pickle_file.h"
#include "import/table_text.h"

namespace dinas {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> column_names() {
  std::vector<std::string> names = {"index", "arch_str"};
  for (const int epochs : kTrainingEpochs) {
    for (const TrainedSet& set : kTrainedSets) {
      if (!set.valid.empty()) {
        names.push_back(fmt::format("{}_{}", set.valid_column, epochs));
        names.push_back(fmt::format("{}_{}_first_seed", set.valid_column, epochs));
      }
      names.push_back(fmt::format("{}_{}", set.test_column, epochs));
      names.push_back(fmt::format("{}_{}_first_seed", set.test_column, epochs));
      names.push_back(fmt::format("{}_train_time_{}_s", set.name, epochs));
    }
  }
  for (const TrainedSet& set : kTrainedSets) {
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
    for (std::size_t i = 0; i < kTrainedSets.size(); ++i) {
      const TrainingOutcome& outcome = of_epochs.at(i);
      if (!kTrainedSets.at(i).valid.empty()) {
        table.number(outcome.valid.mean);
        table.number(outcome.valid.first);
      }
      table.number(outcome.test.mean);
      table.number(outcome.test.first);
      table.number(outcome.time_s);
    }
  }
  for (std::size_t i = 1; i < kTrainedSets.size(); ++i) {
    const TrainingOutcome& shorter = cell.outcomes.front().at(i);
    const TrainingOutcome& longer = cell.outcomes.back().at(i);
    const TrainingOutcome& outcome = longer.read ? longer : shorter;
    table.number(outcome.macs_m);
    table.number(outcome.params_m);
    table.number(outcome.latency_ms);
  }
  table.end_row();
}

void check_notations(const PickleView& archs, const std::map<std::int64_t, CellOutcomes>& cells) {
  for (const auto& [index, cell] : cells) {
    const PickleView arch = archs.item(static_cast<std::size_t>(index));
    if (arch.text() != cell.notation)
      arch.fail(fmt::format("'{}' as in arch2infos", cell.notation));
  }
}

void read_cells(const std::string& path, PickleMemory memory,
                std::map<std::int64_t, CellOutcomes>& cells) {
  ArchResultsReader reader(path);
  PickleOptions options;
  options.reduce = [&](PickleDict& dict, std::uint64_t offset) {
    reader.take(dict, offset, cells);
  };
  const PickleValue value = read_pickle_file(path, options, memory);
  const PickleView view(value, path);
  // Once a file, so that it may have any number of keys.
  const PickleValue* archs = view.is_dict() ? view.dict().find("meta_archs") : nullptr;
  if (archs) check_notations(view.inner(*archs, "meta_archs"), cells);
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
        fmt::format("{}: expected results of cells as NATS-Bench and NAS-Bench-201 have them "
                    "(arch_index, all_results), found none",
                    paths.front()));
  }
  TableText table(paths.front(), column_names());
  for (const auto& [index, cell] : cells) write_cell(index, cell, table);
  return std::move(table).take();
}

}  // namespace dinas
