// Files that commands write at their end, checked at their beginning.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"

namespace dinas {

/// Throws Error if one of `outputs` cannot be made or replaced: its folder is missing or closed to
/// writing, or a folder has the name. Throws UsageError if it is the same file as another output or
/// as one of `inputs` (files, or PREFIX=FILE). Empty paths (no file asked for) are fine.
void check_outputs(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs);

/// Says what happens to the checkpoint of an earlier run, where it may surprise.
void note_checkpoint(const std::string& checkpoint, bool resume, Console& console);

}  // namespace dinas
