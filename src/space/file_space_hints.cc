#include "space/file_space_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dinas {
namespace {

constexpr std::array<std::string_view, 6> kRepeated = {"node",   "edge", "inputs",
                                                       "forbid", "cost", "cost.at"};
constexpr std::array<std::string_view, 7> kTopLevel = {
    "summary", "output", "direct_output", "zero", "neutral", "classes", "max_edges"};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Takes the first line, without its end, off a text.
std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string single_bracket_sentence(std::string_view key) {
  return fmt::format("expected [[{}]], found [{}]; write [[{}]] with two brackets", key, key, key);
}

std::optional<TomlHint> single_bracket(std::string_view text) {
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    std::string_view line = next_line(text);
    line = trimmed(line.substr(0, line.find('#')));
    if (line.size() < 2 || line.front() != '[' || line.back() != ']') continue;
    const auto key = trimmed(line.substr(1, line.size() - 2));
    if (std::ranges::find(kRepeated, key) == kRepeated.end()) continue;
    return TomlHint{number, single_bracket_sentence(key)};
  }
  return std::nullopt;
}

std::string syntax_remedy(std::string_view text, std::uint32_t line) {
  std::string_view wrong;
  for (std::uint32_t number = 1; number <= line; ++number) wrong = next_line(text);
  const auto equals = wrong.find('=');
  const auto key = trimmed(wrong.substr(0, equals));
  const bool quoted = key.find_first_of("\"'") != std::string_view::npos;
  if (!quoted && key.find("->") != std::string_view::npos) return "; put the name in quotes";
  if (equals == std::string_view::npos) return "";
  auto value = trimmed(wrong.substr(equals + 1));
  while (!value.empty() && value.front() == '[') value = trimmed(value.substr(1));
  return !value.empty() && is_letter(value.front()) ? "; put texts in quotes" : "";
}

std::string misplaced_remedy(std::string_view key) {
  return std::ranges::find(kTopLevel, key) == kTopLevel.end() ? "" : "; move it above the first [";
}

}  // namespace dinas
