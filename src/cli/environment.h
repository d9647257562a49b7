// What the program reads of its environment: DINAS_ISA, DINAS_DATA, and where this user's caches
// are.
#pragma once

#include <optional>
#include <string>

#include "engine/isa.h"

namespace dinas {

/// Obeys DINAS_ISA=baseline|avx2|avx512 (limit_isa) and returns what it asks for, if it is set.
/// Throws UsageError for another value or one that the processor lacks.
std::optional<Isa> limit_isa_by_environment();

/// Folder for what is quicker to keep than to make again: XDG_CACHE_HOME/dinas or
/// HOME/.cache/dinas; empty where neither is an absolute path. Nothing is made.
std::string cache_folder();

/// DINAS_DATA, the folder of benchmark tables; empty where it is not set.
std::string benchmark_folder();

}  // namespace dinas
