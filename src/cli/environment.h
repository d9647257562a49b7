// What the program reads of its environment: one variable.
#pragma once

#include <optional>

#include "engine/isa.h"

namespace dinas {

/// Obeys DINAS_ISA=baseline|avx2|avx512 (limit_isa) and returns what it asks for, if it is set.
/// Throws UsageError for another value or one that the processor lacks.
std::optional<Isa> limit_isa_by_environment();

}  // namespace dinas
