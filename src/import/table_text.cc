#include "import/table_text.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace dinas {

TableText::TableText(const std::vector<std::string>& names) {
  for (const std::string& name : names) text(name);
  end_row();
}

void TableText::text(std::string_view field) {
  if (!first_) csv_ += ',';
  first_ = false;
  if (field.find_first_of(",\"\n\r") == std::string_view::npos) {
    csv_ += field;
    return;
  }
  csv_ += '"';
  for (const char c : field) {
    if (c == '"') csv_ += c;
    csv_ += c;
  }
  csv_ += '"';
}

void TableText::number(double value) {
  if (!first_) csv_ += ',';
  first_ = false;
  if (std::isfinite(value)) fmt::format_to(std::back_inserter(csv_), "{}", value);
}

void TableText::end_row() {
  csv_ += '\n';
  first_ = true;
}

}  // namespace dinas
