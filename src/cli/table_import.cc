#include <fmt/format.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "import/formats.h"
#include "table/csv.h"

namespace dinas {

void run_table_import(const TableImportOptions& options, Console& console) {
  const ImportFormat& format = find_import_format(options.format);
  check_outputs({options.out}, options.files);
  const std::string csv = format.read(options.files);
  CsvReader reader(csv, options.out);
  CsvRow row;
  reader.next(row);
  const std::size_t columns = row.fields.size();
  std::size_t rows = 0;
  while (reader.next(row)) ++rows;
  write_file(options.out, options.out.ends_with(".gz") ? gzip(csv) : csv);
  console.note(
      fmt::format("{}: {} rows and {} columns from {}; 'dinas table info --space {} {}' shows them",
                  options.out, rows, columns, format.name,
                  format.space.empty() ? "SPACE" : format.space, options.out));
}

}  // namespace dinas
