// Files that commands write at their end, checked at their beginning.
#pragma once

#include <string>

namespace dinas {

/// Throws Error if a file of this name cannot be made or replaced: its folder is missing or closed
/// to writing, or a folder has the name. An empty path (no file asked for) is fine.
void check_writable(const std::string& path);

}  // namespace dinas
