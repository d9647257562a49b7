// The report of a reproduction: our rows beside the published ones, what was cut, what could not be
// checked.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "eval/report.h"
#include "reproduce/budget.h"
#include "reproduce/protocol.h"

namespace dinas {

/// How a model was trained, as far as its file tells.
struct TrainingDone {
  std::uint64_t labels = 0;
  std::uint64_t graphs = 0;
  std::uint64_t steps = 0;
  double epochs = 0.0;
  double seconds = 0.0;
};

/// What one experiment came to.
struct ExperimentResult {
  TrainingDone training;
  std::vector<std::string> where;  // with values in place of `among`
  SamplingSize size;               // done
  double seconds_an_architecture = 0.0;
  double seconds = 0.0;  // drawing, judging and the controls
  EvaluationReport published;
  EvaluationReport honest;
  std::vector<Cut> cuts;
};
/// The file of an experiment.
nlohmann::json to_json(const Experiment& experiment, const ReproducedModel& model,
                       const ExperimentResult& result);

struct NotRun {
  std::string experiment, reason;
};

struct ReproductionFacts {
  std::vector<std::string> tables;
  double budget_minutes = 0.0;
  std::uint64_t seed = 0;
};

/// All of it. `results`: files of experiments, in the order of the protocol, those missing that are
/// in `not_run`. Keys: benchmark, tables, budget_minutes, seconds (of all trainings and results),
/// seed, results, not_run, cuts, deviations, figures (with `checkable`), not_found, sources.
nlohmann::json reproduction_report(const Protocol& protocol, const HasMetric& has,
                                   const ReproductionFacts& facts,
                                   const std::vector<nlohmann::json>& results,
                                   const std::vector<NotRun>& not_run);

/// The report as Markdown.
std::string print_reproduction(const nlohmann::json& report);

}  // namespace dinas
