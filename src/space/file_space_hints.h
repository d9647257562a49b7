// What to do about the frequent mistakes of space files that read as something else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dinas {

struct TomlHint {
  std::uint32_t line = 1;
  std::string sentence;
};

/// What a table that has to be a list of tables should be written as.
std::string single_bracket_sentence(std::string_view key);

/// The first line of a text that TOML refuses with [node], [edge], [inputs], [forbid], [cost] or
/// [cost.at] in single brackets.
std::optional<TomlHint> single_bracket(std::string_view text);

/// "; ..." where the line of a syntax error has a text or a name without quotes, else empty.
std::string syntax_remedy(std::string_view text, std::uint32_t line);

/// "; move it above the first [" for the keys that only the top level of a file has, else empty.
std::string misplaced_remedy(std::string_view key);

}  // namespace dinas
