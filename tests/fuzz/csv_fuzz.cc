// Tables as text: records in order, every field a part of what was read.
#include "base/error.h"
#include "fuzz/target.h"
#include "table/sheet.h"

void dinas::fuzz_one(std::string_view input) {
  CsvReader reader(input, "fuzz");
  CsvRow row;
  std::uint64_t line = 0;
  std::size_t bytes = 0;
  try {
    while (reader.next(row)) {
      DINAS_CHECK(row.line > line && !row.fields.empty());
      line = row.line;
      for (const std::string_view field : row.fields) {
        bytes += field.size();
        double value = 0.0;
        static_cast<void>(parse_cell(field, value));
      }
      DINAS_CHECK(bytes <= input.size());
    }
  } catch (const Error& error) {
    DINAS_CHECK(std::string_view(error.what()).starts_with("fuzz:"));
  }
}
