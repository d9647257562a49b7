// Controls: what the generator has to beat, by the same rule and at the same number of evaluations.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/evaluate.h"

namespace dinas {

/// The choice of every repeat; nullopt where it had no candidate.
using Picks = std::vector<std::optional<Pick>>;

/// A control with its choices, for paired differences.
struct ControlRun {
  Control control;  // without its outcome
  Picks picks;      // [repeats]
};

/// What every control needs.
struct ControlInput {
  const Table& table;
  const Selection& selection;
  std::span<const TableBound> bounds;
  const std::vector<std::size_t>& satisfying;  // rows that keep all bounds
  const std::optional<std::vector<std::size_t>>& labelled_rows;
  std::uint64_t coverage_draws = 0;  // draws the generator's coverage is over
  const EvaluateOptions& options;
};

/// In the order of `evaluate`.
std::vector<ControlRun> run_controls(const ControlInput& input);

}  // namespace dinas
