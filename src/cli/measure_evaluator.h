// "--evaluate measure:ARGUMENTS": the program's own measuring as a search's evaluator.
#pragma once

#include <string>

#include "baseline/task.h"

namespace dinas {

/// The command of an evaluation: `evaluate` itself, or, where it begins with "measure:", this
/// program's `measure` of {arch} with the rest of the text as further arguments and every metric of
/// the task that is not known in advance. Throws UsageError where several workers would disturb
/// a latency.
std::string evaluation_command(const std::string& evaluate, const SearchTask& task, int workers);

}  // namespace dinas
