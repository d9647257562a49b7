#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "import/formats.h"

namespace dinas {

void run_table_import(const TableImportOptions& options, Console& console) {
  const ImportFormat& format = find_import_format(options.format);
  check_outputs({options.out}, options.files);
  const std::string csv = format.read(options.files);
  const auto rows = std::count(csv.begin(), csv.end(), '\n') - 1;
  const std::string_view header = std::string_view(csv).substr(0, csv.find('\n'));
  const auto columns = std::count(header.begin(), header.end(), ',') + 1;
  write_file(options.out, options.out.ends_with(".gz") ? gzip(csv) : csv);
  console.note(fmt::format(
      "{}: {} rows and {} columns of {} from {}; 'dinas table info --space {} "
      "{}' shows them",
      options.out, rows, columns, format.space, format.name, format.space, options.out));
}

}  // namespace dinas
