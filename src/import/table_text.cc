#include "import/table_text.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/error.h"
#include "table/csv.h"

namespace dinas {

TableText::TableText(std::string file, const std::vector<std::string>& names, std::uint64_t longest)
    : file_(std::move(file)), columns_(names.size()), longest_(longest) {
  for (const std::string& name : names) text(name);
  end_row();
}

void TableText::check_room(std::uint64_t bytes) const {
  if (csv_.size() + bytes <= longest_) return;
  throw Error(
      fmt::format("{}: expected values that make a table of at most {} bytes, found more; is this "
                  "a file of the benchmark?",
                  file_, longest_));
}

void TableText::begin_field() {
  if (fields_ > 0) csv_ += ',';
  ++fields_;
}

void TableText::text(std::string_view field) {
  check_room(field.size());  // before the copy that csv_field makes
  const std::string written = csv_field(field);
  check_room(written.size() + 1);
  begin_field();
  csv_ += written;
}

void TableText::number(double value) {
  const std::string written = std::isfinite(value) ? csv_field(value) : std::string();
  check_room(written.size() + 1);
  begin_field();
  csv_ += written;
}

void TableText::end_row() {
  DINAS_CHECK(fields_ == columns_);
  check_room(1);
  csv_ += '\n';
  fields_ = 0;
}

}  // namespace dinas
