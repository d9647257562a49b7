#include "study/shell.h"

#include <fmt/format.h>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::string_view kPlace = "{arch}";

}  // namespace

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

void check_command(std::string_view command) {
  if (command.find_first_not_of(" \t\n") == std::string_view::npos) {
    throw UsageError("--evaluate: expected a command, found nothing");
  }
  char open = '\0';  // the quote that is open
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    const bool escape = c == '\\' && open != '\'';
    if ((open != '\0' || escape) && command.substr(i + (escape ? 1 : 0)).starts_with(kPlace)) {
      throw UsageError(
          "--evaluate: expected {arch} outside of quotes, found it inside; leave them out: what "
          "replaces it is quoted already");
    }
    if (escape) {
      ++i;
    } else if (c == open) {
      open = '\0';
    } else if (open == '\0' && (c == '\'' || c == '"')) {
      open = c;
    }
  }
}

std::string command_for(std::string_view command, std::string_view notation) {
  const std::string quoted = shell_quoted(notation);
  std::string result;
  for (;;) {
    const std::size_t place = command.find(kPlace);
    result += command.substr(0, place);
    if (place == std::string_view::npos) return result;
    result += quoted;
    command.remove_prefix(place + kPlace.size());
  }
}

}  // namespace dinas
