// JSON from files that nobody vouches for: parsed strictly, read field by field.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

namespace dinas {

/// Parses one JSON value. Throws Error for invalid JSON or UTF-8, a key that occurs twice in an
/// object and nesting deeper than 8 levels. The text does not name the file; callers add it.
nlohmann::json parse_strict_json(std::string_view text);

/// One line of JSON with sorted keys; bytes that are not UTF-8 become U+FFFD.
std::string print_json(const nlohmann::json& json);

/// Reads the fields of an object. Every reader throws Error with the dotted name of the field when
/// it is missing, of another type or out of range.
class JsonFields {
 public:
  /// `path` is the dotted name of the object, empty for the outermost. `json` is borrowed.
  explicit JsonFields(const nlohmann::json& json, std::string path = "");

  /// In [low, high].
  int integer(const std::string& name, int low, int high);
  /// Any unsigned 64-bit integer.
  std::uint64_t count(const std::string& name);
  /// In [low, high].
  double number(const std::string& name, double low, double high);
  bool flag(const std::string& name);
  std::string text(const std::string& name);
  const nlohmann::json& list(const std::string& name);
  JsonFields object(const std::string& name);

  /// Throws Error naming the first field that no reader asked for.
  void expect_no_more() const;

  /// Throws the Error "field 'path.name' must be `expected`, found `found`".
  [[noreturn]] void fail(const std::string& name, const std::string& expected,
                         const nlohmann::json& found) const;

 private:
  [[nodiscard]] std::string full_name(const std::string& name) const;
  const nlohmann::json& find(const std::string& name);

  const nlohmann::json& json_;
  std::string path_;
  std::set<std::string> asked_;
};

}  // namespace dinas
