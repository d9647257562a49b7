// One experiment of `dinas reproduce` after the other, kept in a folder so that a run can go on.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/sample_store.h"
#include "reproduce/budget.h"
#include "reproduce/protocol.h"
#include "reproduce/report.h"
#include "table/table.h"

namespace dinas {

/// Trains and evaluates what a protocol asks for. Of `options` the tables are those found, never
/// empty. The folder holds MODEL.dinas, EXPERIMENT.samples.json and EXPERIMENT.json; what is there
/// already is not made again, so it must be of the same settings. Everything is borrowed.
class Reproduction {
 public:
  Reproduction(const ReproduceCommandOptions& options, const Table& table, Runtime& runtime,
               Console& console)
      : options_(options), table_(table), runtime_(runtime), console_(console) {}

  /// Trains the model unless it is there; goes on from its checkpoint. Throws Interrupted.
  void train(const ReproducedModel& model, const ModelTime& time);

  /// The file of the experiment, made where it is not there, with `seconds` for drawing. Throws
  /// Interrupted.
  nlohmann::json evaluate(const Experiment& experiment, const ReproducedModel& model,
                          double seconds);

 private:
  [[nodiscard]] std::string path(const std::string& file) const;
  [[nodiscard]] SamplingOptions sampling(const ReproducedModel& model) const;
  [[nodiscard]] std::vector<std::string> bounds(const AskedBounds& asked,
                                                const ReproducedModel& model) const;
  // Of the paper profile, as PaperConfig has them.
  [[nodiscard]] std::vector<double> class_shares(const ReproducedModel& model) const;
  [[nodiscard]] double seconds_per_call(const SamplingOptions& sampling);
  // Fills in what the samples are worth by both accountings.
  void judge(const Experiment& experiment, const SamplingOptions& sampling, SampleStore& store,
             ExperimentResult& result);

  const ReproduceCommandOptions& options_;
  const Table& table_;
  Runtime& runtime_;
  Console& console_;
};

}  // namespace dinas
