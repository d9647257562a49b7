// Tables as the commands open them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/console.h"
#include "model/model.h"
#include "table/table.h"

namespace dinas {

/// The joined tables, or, without files, the metrics the space computes. The named columns are
/// there afterwards; a name that is neither in a file nor computable is a UsageError. Notices are
/// summed up on the console.
Table open_tables(const std::vector<std::string>& files, std::shared_ptr<const Space> space,
                  const std::vector<std::string>& columns, Console& console);

/// Has the model metrics that the space does not compute, and are all of them of class level?
bool measures_classes(const Model& model, const Space& space);

/// As open_tables, for what the model has drawn: where it measures classes, rows tell of theirs.
Table open_tables_of(const Model& model, const std::vector<std::string>& files,
                     std::shared_ptr<const Space> space, const std::vector<std::string>& columns,
                     Console& console);

}  // namespace dinas
