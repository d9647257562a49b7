// The results of a study for people and programs.
#pragma once

#include <string>

#include "study/study.h"

namespace dinas {

/// The best architectures so far as a table, or a sentence that says why there is none.
std::string print_best(Study& study);
/// {"objectives", "limits", "evaluations", "imported", "failed", "best": [{"id", "architecture",
/// "metrics"}]}
std::string best_json(Study& study);
/// Definition, counts, failures and times.
std::string print_study(Study& study);
/// "12 evaluations (1 failed, 2 running), 30 imported"
std::string print_counts(const StudyCounts& counts);

}  // namespace dinas
