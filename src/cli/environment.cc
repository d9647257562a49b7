#include "cli/environment.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/error.h"

namespace dinas {

std::optional<Isa> limit_isa_by_environment() {
  const char* text = std::getenv("DINAS_ISA");
  if (text == nullptr) return std::nullopt;
  try {
    const Isa isa = parse_isa(text);
    limit_isa(isa);
    return isa;
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("environment variable DINAS_ISA: {}", error.what()));
  }
}

}  // namespace dinas
