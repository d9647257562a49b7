// The result of an evaluation, for programs and for people.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eval/novelty.h"
#include "eval/quality.h"
#include "eval/selection.h"
#include "eval/statistics.h"

namespace dinas {

/// What a method reached over the repeats. Means and spreads are over the feasible ones.
struct Outcome {
  MeanSd select;
  MeanSd report;
  // Repeats whose choice keeps all bounds and has the best possible selected value.
  std::uint64_t optimum_found = 0;
  std::uint64_t feasible = 0;  // repeats with at least one candidate
};

/// What the generator is compared with, at equal evaluations and repeats.
struct Control {
  std::string name;
  Outcome outcome;
  // Expected share of draws that keep all bounds, and of the satisfying set found in as many draws
  // as the generator's; only for controls that draw. NaN over an empty set. The draws of
  // uniform_training are made inside: its share is 1 by definition and no result.
  std::optional<double> inside;
  std::optional<double> coverage;
};

struct EvaluationReport {
  Criterion select_metric;
  Criterion report_metric;
  Quality quality;  // of all samples drawn
  std::optional<EditNovelty> edit_novelty;
  std::uint64_t labels_used = 0;  // in training
  std::uint64_t evaluations = 0;  // architectures evaluated for selection, a repeat
  std::uint64_t repeats = 0;
  bool recall = false;  // no label of the table was kept from training: a look-up would score 1
  Outcome outcome;
  /// Best value of each metric by itself in the satisfying set; nullopt if the set is empty.
  std::optional<Pick> best_possible;
  /// What a selector that sees the whole satisfying set picks (ties: mean reported value).
  std::optional<Pick> selector_limit;
  std::vector<Control> controls;
  /// Generator minus control in the reported metric, paired over the repeats feasible for both;
  /// positive means that the generator is better, whatever the metric's direction.
  std::vector<std::pair<std::string, Interval>> versus;
  double train_seconds = 0.0;
  double generate_seconds = 0.0;
};

/// One object; null where a value does not exist. Shares are in [0, 1], metrics in their own unit.
nlohmann::json to_json(const EvaluationReport& report);

/// A compact table, several lines, newline at the end.
std::string print(const EvaluationReport& report);

}  // namespace dinas
