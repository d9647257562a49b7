#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <filesystem>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "cli/environment.h"
#include "cli/output.h"
#include "cli/reproduction.h"
#include "cli/tables.h"
#include "model/paper_parameters.h"
#include "reproduce/report.h"

namespace dinas {
namespace {

// The tables given, otherwise those below DINAS_DATA.
std::vector<std::string> find_tables(const ReproduceCommandOptions& options,
                                     const BenchmarkData& data) {
  if (!options.tables.empty()) return options.tables;
  if (data.files.empty()) {
    throw UsageError(fmt::format("reproduce {} needs a table: {}", options.benchmark, data.remedy));
  }
  const std::string folder = benchmark_folder();
  if (folder.empty()) {
    throw UsageError(fmt::format(
        "reproduce {} needs {} below the folder that DINAS_DATA names, which is not set: set it, "
        "or {}",
        options.benchmark, fmt::join(data.files, " and "), data.remedy));
  }
  std::vector<std::string> tables;
  for (const std::string& file : data.files) {
    tables.push_back((std::filesystem::path(folder) / file).string());
    if (!std::filesystem::exists(tables.back())) {
      throw UsageError(fmt::format("reproduce {}: {} is not there: put it there, or {}",
                                   options.benchmark, tables.back(), data.remedy));
    }
  }
  return tables;
}

// What all files of a folder have in common.
nlohmann::json folder_settings(const ReproduceCommandOptions& options) {
  nlohmann::json tables = nlohmann::json::array();
  for (const std::string& spec : options.tables) {
    const bool file = std::filesystem::exists(spec);
    const std::string bytes = read_file(file ? spec : spec.substr(spec.find('=') + 1));
    tables.push_back({{"table", file ? std::filesystem::path(spec).filename().string() : spec},
                      {"content", fmt::format("{:016x}", hash_bytes(bytes))}});
  }
  return {{"benchmark", options.benchmark},
          {"budget_minutes", options.budget},
          {"seed", options.seed},
          {"tables", std::move(tables)}};
}

// Makes the folder, or checks that it is one of the same settings.
void open_folder(const ReproduceCommandOptions& options) {
  std::error_code problem;
  std::filesystem::create_directory(options.out, problem);
  if (problem) throw Error(fmt::format("cannot make {}: {}", options.out, problem.message()));
  const std::string file = (std::filesystem::path(options.out) / "settings.json").string();
  check_outputs({file}, {});
  const nlohmann::json settings = folder_settings(options);
  if (!std::filesystem::exists(file)) {
    if (!std::filesystem::is_empty(options.out)) {
      throw UsageError(
          fmt::format("{} holds other files and no reproduction: name a new folder", options.out));
    }
    return write_file(file, settings.dump(1) + "\n");
  }
  const nlohmann::json found = nlohmann::json::parse(read_file(file), nullptr, false);
  for (const auto& [key, value] : settings.items()) {
    if (found.is_object() && found.contains(key) && found.at(key) == value) continue;
    throw UsageError(fmt::format(
        "{} holds a reproduction with another {}: name another folder, or the same {} to go on",
        options.out, key, key));
  }
}

std::size_t live_classes(const Table& table) {
  std::set<std::uint64_t> classes;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!table.degenerate(row)) classes.insert(table.class_of(row));
  }
  return classes.size();
}

// Why a model cannot be trained; empty: it can.
std::string obstacle(const ReproducedModel& model, const Table& table, Runtime& runtime) {
  if (model.profile == Profile::kFast) {
    const std::size_t classes = live_classes(table);
    if (std::cmp_less_equal(model.labels, classes)) return "";
    return fmt::format("the tables have {} classes, {} are to be labelled", classes, model.labels);
  }
  try {
    static_cast<void>(paper_parameters({}, table.space().skeleton(), model.metrics.size()));
  } catch (const UsageError& error) {
    return error.what();
  }
  return runtime.has_torch() ? "" : "this build is without libtorch, which the paper profile needs";
}

// Takes out of the protocol what cannot be run.
std::vector<NotRun> take_out(Protocol& protocol, const Table& table, Runtime& runtime) {
  std::vector<NotRun> not_run;
  std::erase_if(protocol.models, [&](const ReproducedModel& model) {
    const std::string reason = obstacle(model, table, runtime);
    if (reason.empty()) return false;
    std::erase_if(protocol.experiments, [&](const Experiment& e) {
      if (e.model == model.name) not_run.push_back({e.name, reason});
      return e.model == model.name;
    });
    return true;
  });
  return not_run;
}

std::vector<nlohmann::json> run_all(const Protocol& protocol,
                                    const ReproduceCommandOptions& options,
                                    Reproduction& reproduction) {
  const std::vector<ModelTime> times = divide_budget(60.0 * options.budget, protocol.models);
  std::vector<nlohmann::json> results;
  for (std::size_t m = 0; m < protocol.models.size(); ++m) {
    const ReproducedModel& model = protocol.models[m];
    const auto own = [&](const Experiment& e) { return e.model == model.name; };
    const auto count = std::ranges::count_if(protocol.experiments, own);
    reproduction.train(model, times[m]);
    for (const Experiment& e : protocol.experiments) {
      if (!own(e)) continue;
      results.push_back(
          reproduction.evaluate(e, model, times[m].sample / static_cast<double>(count)));
    }
  }
  return results;
}

}  // namespace

void run_reproduce(const ReproduceCommandOptions& asked, Runtime& runtime, Console& console) {
  const BenchmarkData data = benchmark_data(asked.benchmark);
  if (!(asked.budget > 0.0) || !std::isfinite(asked.budget)) {
    throw UsageError(fmt::format("--budget must be above 0 minutes, found {}", asked.budget));
  }
  ReproduceCommandOptions options = asked;
  options.tables = find_tables(asked, data);
  const Table table = open_tables(options.tables, find_space(data.space), {}, console);
  const HasMetric has = [&](const std::string& name) { return table.find_column(name) != nullptr; };
  const Protocol whole = protocol_of(asked.benchmark, has);
  Protocol protocol = whole;
  const std::vector<NotRun> not_run = take_out(protocol, table, runtime);
  open_folder(options);
  Reproduction reproduction(options, table, runtime, console);
  const std::vector<nlohmann::json> results = run_all(protocol, options, reproduction);

  ReproductionFacts facts;
  const nlohmann::json settings = folder_settings(options);
  for (const nlohmann::json& t : settings.at("tables")) {
    facts.tables.push_back(t.at("table").get<std::string>());
  }
  facts.budget_minutes = options.budget;
  facts.seed = options.seed;
  const nlohmann::json report = reproduction_report(whole, has, facts, results, not_run);
  const std::string text = print_reproduction(report);
  write_file((std::filesystem::path(options.out) / "report.json").string(), report.dump(1) + "\n");
  write_file((std::filesystem::path(options.out) / "report.md").string(), text);
  console.result(text);
}

}  // namespace dinas
