// A TOML text as a tree of values that know their lines, and the checks every reader of a space
// file needs. The TOML library stays behind this header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dinas {

enum class TomlKind { kText, kInteger, kNumber, kFlag, kDate, kList, kTable };

struct TomlEntry;

struct TomlValue {
  TomlKind kind = TomlKind::kTable;
  std::uint32_t line = 1;
  std::string text;
  std::int64_t integer = 0;
  double number = 0;  // of integers as well
  bool flag = false;
  std::vector<TomlValue> items;    // list
  std::vector<TomlEntry> entries;  // table, keys in alphabetical order

  /// The entry of a table, null where it is missing.
  [[nodiscard]] const TomlValue* find(std::string_view key) const;
};

struct TomlEntry {
  std::string key;
  TomlValue value;
};

/// A parsed file. Every function that takes a value throws Error "origin:line: <sentence>" where
/// the value is not what it should be; `what` names the value in the sentence.
class TomlFile {
 public:
  static constexpr std::size_t kLargest = std::size_t{1} << 20;  // bytes

  /// Throws Error for anything that is no TOML 1.0, is larger than kLargest or is nested too
  /// deeply.
  TomlFile(std::string_view text, std::string origin);

  [[nodiscard]] const TomlValue& root() const { return root_; }
  [[noreturn]] void fail(const TomlValue& at, std::string_view sentence) const;
  [[noreturn]] void fail(std::uint32_t line, std::string_view sentence) const;

  /// Refuses keys of a table that are not among `known`, naming the nearest one that is.
  void allow_keys(const TomlValue& table, std::string_view what,
                  const std::vector<std::string_view>& known) const;
  /// The entry of a table; refuses a table without it.
  [[nodiscard]] const TomlValue& required(const TomlValue& table, std::string_view what,
                                          std::string_view key) const;

  void expect_table(const TomlValue& value, std::string_view what) const;
  /// One line of 1 to `longest` bytes without control characters.
  [[nodiscard]] const std::string& text(const TomlValue& value, std::string_view what,
                                        std::size_t longest) const;
  /// Letters, digits, '_' and '-', 1 to 40 of them.
  [[nodiscard]] const std::string& identifier(const TomlValue& value, std::string_view what) const;
  [[nodiscard]] int integer(const TomlValue& value, std::string_view what, int least,
                            int most) const;
  /// Finite, of magnitude at most 1e15; an integer will do.
  [[nodiscard]] double number(const TomlValue& value, std::string_view what) const;
  [[nodiscard]] bool flag(const TomlValue& value, std::string_view what) const;
  [[nodiscard]] const std::vector<TomlValue>& list(const TomlValue& value, std::string_view what,
                                                   std::size_t least, std::size_t most) const;
  /// The tables of a [[key]] of the root, none where it is missing.
  [[nodiscard]] const std::vector<TomlValue>& tables(std::string_view key, std::size_t most) const;

 private:
  std::string origin_;
  TomlValue root_;
};

}  // namespace dinas
