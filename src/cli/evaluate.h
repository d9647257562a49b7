// `dinas evaluate` without its output, for commands that evaluate as a part of their work.
#pragma once

#include <functional>

#include "cli/commands.h"
#include "eval/evaluate.h"

namespace dinas {

/// Answers for `fresh`, which draws: from what was kept of an earlier draw, or by calling it.
using DrawStore =
    std::function<Draw(std::uint64_t count, std::uint32_t first_item, const DrawFunction& fresh)>;

/// What `dinas evaluate` measures; empty store: everything is drawn. Throws as the command does,
/// Interrupted when a signal came while drawing.
EvaluationReport evaluate_model(const EvaluateCommandOptions& options, Runtime& runtime,
                                Console& console, const DrawStore& store);

/// The distribution of a column over the table's non-degenerate rows that have a value. Throws
/// UsageError when there is no such column, Error without a value.
MetricDistribution table_distribution(const Table& table, const MetricSpec& spec);

}  // namespace dinas
