#include "model/strict_json.h"

#include <fmt/format.h>

#include <limits>
#include <utility>
#include <vector>

#include "base/error.h"

namespace dinas {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 8;

// Keeps the keys of the objects that are open, by depth.
class StructureGuard {
 public:
  void operator()(int depth, json::parse_event_t event, const json& parsed) {
    const auto level = static_cast<std::size_t>(depth);
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        if (depth >= kMaxDepth) {
          throw Error(fmt::format("JSON nested deeper than {} levels", kMaxDepth));
        }
        keys_.resize(level + 1);
        keys_.emplace_back();
        break;
      case json::parse_event_t::key: {
        const auto key = parsed.get<std::string>();
        if (!keys_.at(level).insert(key).second) {
          throw Error(fmt::format("the JSON key '{}' occurs twice", key));
        }
        break;
      }
      default:
        break;
    }
  }

 private:
  std::vector<std::set<std::string>> keys_;
};

// What was found, short enough for a sentence.
std::string describe(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  std::string text = print_json(value);
  constexpr std::size_t kLongest = 60;
  return text.size() <= kLongest ? text : value.is_string() ? "a long text" : "a long number";
}

}  // namespace

json parse_strict_json(std::string_view text) {
  // The library takes NUL for the end of the text.
  if (text.find('\0') != std::string_view::npos) throw Error("invalid JSON: a NUL byte");
  StructureGuard guard;
  const auto callback = [&guard](int depth, json::parse_event_t event, json& parsed) {
    guard(depth, event, parsed);
    return true;
  };
  try {
    return json::parse(text, callback);
  } catch (const json::exception& e) {
    // The library prefixes "[json.exception.kind.number] ".
    const std::string what = e.what();
    const std::size_t prefix = what.find("] ");
    throw Error("invalid JSON: " + (prefix == std::string::npos ? what : what.substr(prefix + 2)));
  }
}

std::string print_json(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

JsonFields::JsonFields(const json& object, std::string path)
    : json_(object), path_(std::move(path)) {
  if (!json_.is_object()) {
    throw Error(fmt::format("{} must be an object, found {}",
                            path_.empty() ? "the JSON text" : "field '" + path_ + "'",
                            describe(json_)));
  }
}

int JsonFields::integer(const std::string& name, int low, int high) {
  const json& value = find(name);
  // Through 64 bits: get<int>() would wrap silently.
  const bool fits = value.is_number_unsigned()
                        ? value.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max()
                        : value.is_number_integer();
  if (!fits || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high) {
    fail(name, fmt::format("an integer from {} to {}", low, high), value);
  }
  return value.get<int>();
}

std::uint64_t JsonFields::count(const std::string& name) {
  const json& value = find(name);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  // A value built in memory from a signed type is a count too.
  if (value.is_number_integer() && value.get<std::int64_t>() >= 0) {
    return static_cast<std::uint64_t>(value.get<std::int64_t>());
  }
  fail(name, "an integer of at least 0", value);
}

double JsonFields::number(const std::string& name, double low, double high) {
  const json& value = find(name);
  if (!value.is_number() || !(value.get<double>() >= low && value.get<double>() <= high)) {
    fail(name, fmt::format("a number from {:g} to {:g}", low, high), value);
  }
  return value.get<double>();
}

bool JsonFields::flag(const std::string& name) {
  const json& value = find(name);
  if (!value.is_boolean()) fail(name, "true or false", value);
  return value.get<bool>();
}

std::string JsonFields::text(const std::string& name) {
  const json& value = find(name);
  if (!value.is_string()) fail(name, "a text", value);
  return value.get<std::string>();
}

const json& JsonFields::list(const std::string& name) {
  const json& value = find(name);
  if (!value.is_array()) fail(name, "a list", value);
  return value;
}

JsonFields JsonFields::object(const std::string& name) {
  return JsonFields(find(name), full_name(name));
}

void JsonFields::expect_no_more() const {
  for (const auto& [name, value] : json_.items()) {
    if (!asked_.contains(name)) {
      throw Error(fmt::format("field '{}' is not known to this version", full_name(name)));
    }
  }
}

void JsonFields::fail(const std::string& name, const std::string& expected,
                      const json& found) const {
  throw Error(
      fmt::format("field '{}' must be {}, found {}", full_name(name), expected, describe(found)));
}

std::string JsonFields::full_name(const std::string& name) const {
  return path_.empty() ? name : path_ + "." + name;
}

const json& JsonFields::find(const std::string& name) {
  const auto found = json_.find(name);
  if (found == json_.end()) throw Error(fmt::format("field '{}' is missing", full_name(name)));
  asked_.insert(name);
  return *found;
}

}  // namespace dinas
