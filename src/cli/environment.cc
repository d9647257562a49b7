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

std::string benchmark_folder() {
  const char* folder = std::getenv("DINAS_DATA");
  return folder == nullptr ? std::string() : std::string(folder);
}

std::string cache_folder() {
  // As the XDG Base Directory Specification has it, which ignores what is not absolute.
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && cache[0] == '/') return fmt::format("{}/dinas", cache);
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return fmt::format("{}/.cache/dinas", home);
  return {};
}

}  // namespace dinas
