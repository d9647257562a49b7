#include "study/answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "base/text.h"
#include "space/json_text.h"

namespace dinas {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestLine = 65'536;

// What JSON has no word for and programs print all the same becomes null, to be told from garbage.
std::string without_bare_words(const std::string& line) {
  static const std::regex kWords(R"(([:,\[]\s*)-?(NaN|nan|Infinity|inf)\b)");
  return std::regex_replace(line, kWords, "$1null");
}

std::optional<Json> read_object(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  if (line.empty() || line.front() != '{' || line.back() != '}') return std::nullopt;
  std::string why;
  auto object = read_json_text(line, kLongestLine, why);
  if (!object) object = read_json_text(without_bare_words(std::string(line)), kLongestLine, why);
  return object;
}

std::optional<Json> last_object(std::string_view output) {
  while (!output.empty()) {
    const std::size_t newline = output.rfind('\n');
    const bool last = newline == std::string_view::npos;
    if (auto object = read_object(output.substr(last ? 0 : newline + 1))) return object;
    output = output.substr(0, last ? 0 : newline);
  }
  return std::nullopt;
}

Answer failed(Failure::Kind kind, std::string message) {
  return {{}, "", Failure{kind, std::move(message)}};
}

std::string last_line(std::string_view output) {
  while (!output.empty() && (output.back() == '\n' || output.back() == '\r')) {
    output.remove_suffix(1);
  }
  return shown(output.substr(output.rfind('\n') + 1));  // npos + 1 is 0
}

Answer missing(const std::string& name, const Json& object) {
  std::vector<std::string_view> names;
  for (const auto& item : object.items()) names.push_back(item.key());
  std::vector<std::string> found;
  for (const std::string_view key : names) found.push_back("'" + shown(key) + "'");
  return failed(Failure::Kind::kMissingMetric,
                fmt::format("expected metric '{}', found {}{}", name,
                            found.empty() ? "none" : fmt::format("{}", fmt::join(found, ", ")),
                            did_you_mean(name, names)));
}

}  // namespace

Answer read_answer(std::string_view output, const std::vector<std::string>& wanted) {
  const auto object = last_object(output);
  if (!object) {
    const std::string last = last_line(output);
    return failed(Failure::Kind::kNoAnswer,
                  "expected a line with a JSON object of metrics, found " +
                      (last.empty() ? std::string("nothing") : "'" + last + "' at the end"));
  }
  Answer answer;
  for (const std::string& name : wanted) {
    const auto value = object->find(name);
    if (value == object->end()) return missing(name, *object);
    if (!value->is_number() || !std::isfinite(value->get<double>())) {
      return failed(Failure::Kind::kNotFinite,
                    fmt::format("metric '{}': expected a finite number, found {}", name,
                                value->is_null() ? "NaN, infinity or null" : shown(value->dump())));
    }
    answer.values[name] = value->get<double>();
  }
  std::vector<std::string> others;
  for (const auto& item : object->items()) {
    if (!answer.values.contains(item.key())) others.push_back(shown(item.key()));
  }
  if (!others.empty()) answer.note = fmt::format("not asked for: {}", fmt::join(others, ", "));
  return answer;
}

}  // namespace dinas
