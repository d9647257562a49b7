#include "study/export.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

namespace dinas {
namespace {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string export_csv(Study& study) {
  std::string text = "architecture";
  for (const MetricSpec& metric : study.definition().metrics) text += "," + csv_field(metric.name);
  text += ",state,origin\n";
  for (const StudyEntry& entry : study.entries()) {
    text += csv_field(entry.notation);
    for (const double value : entry.observation.values) {
      text += std::isnan(value) ? "," : fmt::format(",{}", value);
    }
    text += "," + entry.state + "," + csv_field(entry.origin) + "\n";
  }
  return text;
}

}  // namespace dinas
