#include "space/file_space_toml.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

// The library's own limit on nesting: below what this program needs at most, and far below what
// recursion can bear.
#define TOML_MAX_NESTED_VALUES 16
// Version 3.3 asserts, or lets the compiler assume, that certain texts never come ("[=" is one),
// which it then refuses properly: its assertions are off, and so are its assumptions.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(expression) static_assert(true)
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;
// Every dot of a key is a level of nesting, which the library does not limit.
constexpr std::ptrdiff_t kMostDotsPerLine = 256;
constexpr int kDeepest = 16;

[[noreturn]] void fail_at(const std::string& origin, std::uint32_t line,
                          std::string_view sentence) {
  throw Error(fmt::format("{}:{}: {}", origin, line, sentence));
}

void check_size(std::string_view text, const std::string& origin) {
  if (text.size() > kLargestFile) {
    throw Error(fmt::format("{}: expected a space file of at most {} bytes, found {}; shorten it",
                            origin, kLargestFile, text.size()));
  }
  std::uint32_t line = 1;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    const auto dots = std::count(text.begin(), text.begin() + static_cast<long>(end), '.');
    if (dots > kMostDotsPerLine) {
      fail_at(origin, line,
              fmt::format("expected at most {} dots in a line, found {}; break the line",
                          kMostDotsPerLine, dots));
    }
    text.remove_prefix(end);
    ++line;
  }
}

TomlValue convert(const toml::node& node, const std::string& origin, std::uint32_t parent_line,
                  int depth) {
  TomlValue value;
  value.line = node.source().begin ? node.source().begin.line : parent_line;
  if (depth > kDeepest) {
    fail_at(origin, value.line,
            fmt::format("expected values nested at most {} deep; flatten this one", kDeepest));
  }
  if (const auto* table = node.as_table()) {
    for (const auto& [key, entry] : *table) {
      value.entries.push_back(
          {std::string(key.str()), convert(entry, origin, value.line, depth + 1)});
    }
  } else if (const auto* array = node.as_array()) {
    value.kind = TomlKind::kList;
    for (const auto& item : *array) {
      value.items.push_back(convert(item, origin, value.line, depth + 1));
    }
  } else if (const auto* text = node.as_string()) {
    value.kind = TomlKind::kText;
    value.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.kind = TomlKind::kInteger;
    value.integer = integer->get();
    value.number = static_cast<double>(value.integer);
  } else if (const auto* number = node.as_floating_point()) {
    value.kind = TomlKind::kNumber;
    value.number = number->get();
  } else if (const auto* flag = node.as_boolean()) {
    value.kind = TomlKind::kFlag;
    value.flag = flag->get();
  } else {
    value.kind = TomlKind::kDate;
  }
  return value;
}

std::string describe(const TomlValue& value) {
  switch (value.kind) {
    case TomlKind::kText:
      return fmt::format("the text '{}'", value.text.substr(0, 40));
    case TomlKind::kInteger:
      return fmt::format("the integer {}", value.integer);
    case TomlKind::kNumber:
      return fmt::format("the number {}", value.number);
    case TomlKind::kFlag:
      return value.flag ? "true" : "false";
    case TomlKind::kDate:
      return "a date or time";
    case TomlKind::kList:
      return fmt::format("a list of {}", value.items.size());
    case TomlKind::kTable:
      break;
  }
  return "a table";
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string nearest(std::string_view key, std::initializer_list<std::string_view> known) {
  const auto* best = std::ranges::min_element(
      known, {}, [&](std::string_view candidate) { return edit_distance(key, candidate); });
  return edit_distance(key, *best) <= 2 ? fmt::format("; did you mean '{}'?", *best) : "";
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

}  // namespace

const TomlValue* TomlValue::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &TomlEntry::key);
  return found == entries.end() ? nullptr : &found->value;
}

TomlFile::TomlFile(std::string_view text, std::string origin) : origin_(std::move(origin)) {
  check_size(text, origin_);
  try {
    root_ = convert(toml::parse(text), origin_, 1, 0);
  } catch (const toml::parse_error& error) {
    fail_at(origin_, error.source().begin.line,
            fmt::format("expected TOML, found an error: {}", error.description()));
  }
}

void TomlFile::fail(const TomlValue& at, std::string_view sentence) const {
  fail_at(origin_, at.line, sentence);
}

void TomlFile::fail(std::uint32_t line, std::string_view sentence) const {
  fail_at(origin_, line, sentence);
}

void TomlFile::allow_keys(const TomlValue& table, std::string_view what,
                          std::initializer_list<std::string_view> known) const {
  expect_table(table, what);
  for (const auto& [key, value] : table.entries) {
    if (std::ranges::find(known, key) != known.end()) continue;
    fail(value, fmt::format("unknown key '{}' in {}: expected one of {}{}", key.substr(0, 40), what,
                            fmt::join(known, ", "), nearest(key.substr(0, 40), known)));
  }
}

const TomlValue& TomlFile::required(const TomlValue& table, std::string_view what,
                                    std::string_view key) const {
  const TomlValue* value = table.find(key);
  if (!value) fail(table, fmt::format("expected '{}' in {}, found none; add it", key, what));
  return *value;
}

void TomlFile::expect_table(const TomlValue& value, std::string_view what) const {
  if (value.kind != TomlKind::kTable) {
    fail(value, fmt::format("expected {} to be a table, found {}", what, describe(value)));
  }
}

const std::string& TomlFile::text(const TomlValue& value, std::string_view what,
                                  std::size_t longest) const {
  if (value.kind != TomlKind::kText) {
    fail(value, fmt::format("expected {} to be a text, found {}", what, describe(value)));
  }
  if (value.text.empty() || value.text.size() > longest) {
    fail(value, fmt::format("expected {} to have 1 to {} bytes, found {}", what, longest,
                            value.text.size()));
  }
  if (std::ranges::any_of(value.text, is_control)) {
    fail(value, fmt::format("expected {} without line ends, tabs and other control characters; "
                            "remove them",
                            what));
  }
  return value.text;
}

const std::string& TomlFile::identifier(const TomlValue& value, std::string_view what) const {
  const std::string& result = text(value, what, 40);
  if (!std::ranges::all_of(result, is_word)) {
    fail(value, fmt::format("expected {} of letters, digits, '_' and '-', found '{}'; rename it",
                            what, result));
  }
  return result;
}

int TomlFile::integer(const TomlValue& value, std::string_view what, int least, int most) const {
  if (value.kind != TomlKind::kInteger || value.integer < least || value.integer > most) {
    fail(value, fmt::format("expected {} to be an integer from {} to {}, found {}", what, least,
                            most, describe(value)));
  }
  return static_cast<int>(value.integer);
}

double TomlFile::number(const TomlValue& value, std::string_view what) const {
  const bool numeric = value.kind == TomlKind::kInteger || value.kind == TomlKind::kNumber;
  if (!numeric || !(std::abs(value.number) <= 1e15)) {
    fail(value, fmt::format("expected {} to be a number of magnitude at most 1e15, found {}", what,
                            describe(value)));
  }
  return value.number;
}

bool TomlFile::flag(const TomlValue& value, std::string_view what) const {
  if (value.kind != TomlKind::kFlag) {
    fail(value, fmt::format("expected {} to be true or false, found {}", what, describe(value)));
  }
  return value.flag;
}

const std::vector<TomlValue>& TomlFile::list(const TomlValue& value, std::string_view what,
                                             std::size_t least, std::size_t most) const {
  if (value.kind != TomlKind::kList || value.items.size() < least || value.items.size() > most) {
    fail(value, fmt::format("expected {} to be a list of {} to {} entries, found {}", what, least,
                            most, describe(value)));
  }
  return value.items;
}

const std::vector<TomlValue>& TomlFile::tables(std::string_view key, std::size_t most) const {
  static const std::vector<TomlValue> none;
  const TomlValue* value = root_.find(key);
  if (!value) return none;
  const std::string what = fmt::format("[[{}]]", key);
  for (const TomlValue& item : list(*value, what, 0, most)) expect_table(item, what);
  return value->items;
}

}  // namespace dinas
