// The file of a study: its tables, and what makes a file one.
#pragma once

#include <string>

#include "study/database.h"
#include "study/definition.h"

namespace dinas {

/// Puts empty tables and the definition into an empty database.
void write_schema(Database& database, const StudyDefinition& definition);

/// Makes the file of a new study: whole or not at all, whenever the process dies. False where there
/// is a file of that name already, which stays as it is. Throws Error.
bool create_study_file(const std::string& path, const StudyDefinition& definition);

/// Throws Error for a file that is no study, is damaged, has other tables than a study, or was
/// written by a newer version.
void check_schema(Database& database);

/// What write_schema wrote. Throws Error for a definition that makes no sense.
StudyDefinition read_definition(Database& database);

}  // namespace dinas
