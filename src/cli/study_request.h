// What a user says a study is about, and whether an existing one agrees.
#pragma once

#include <memory>
#include <string>

#include "cli/commands.h"
#include "study/study.h"

namespace dinas {

/// The definition that the options ask for. Throws UsageError for what is missing or makes no
/// sense: no space, no objective, a metric twice, a bound against the direction. What counts as
/// computed is decided without a table.
StudyDefinition make_definition(const DefinitionOptions& options, const std::string& evaluator);

/// Throws UsageError that names the first field in which the options (those that are given) and a
/// study differ. A study without an evaluator agrees with all.
void check_agreement(const StudyDefinition& study, const std::string& file,
                     const DefinitionOptions& options, const std::string& evaluator);

}  // namespace dinas
