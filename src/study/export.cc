#include "study/export.h"

#include "table/csv.h"

namespace dinas {
std::string export_csv(Study& study) {
  std::string text = "architecture";
  for (const MetricSpec& metric : study.definition().metrics) text += "," + csv_field(metric.name);
  text += ",state,origin\n";
  for (const StudyEntry& entry : study.entries()) {
    text += csv_field(entry.notation);
    for (const double value : entry.observation.values) {
      text += "," + csv_field(value);
    }
    text += "," + entry.state + "," + csv_field(entry.origin) + "\n";
  }
  return text;
}

}  // namespace dinas
