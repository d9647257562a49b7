// The user's command for one architecture.
#pragma once

#include <string>
#include <string_view>

namespace dinas {

/// The text as one word of a POSIX shell, whatever it holds: in single quotes.
std::string shell_quoted(std::string_view text);

/// Throws UsageError for a command that is empty, or that has {arch} inside quotes, where quoting
/// it again would tear it apart.
void check_command(std::string_view command);

/// The command with the quoted notation for every {arch}.
std::string command_for(std::string_view command, std::string_view notation);

}  // namespace dinas
