#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/commands.h"
#include "cli/environment.h"
#include "table/table.h"

namespace dinas {
namespace {

constexpr std::size_t kShownNotices = 20;

// One line: name, present values, range over the non-degenerate rows, file.
std::string describe_column(const Table& table, const Column& column) {
  std::vector<double> values;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    if (!table.degenerate(r) && !std::isnan(column.values[r])) values.push_back(column.values[r]);
  }
  if (values.empty())
    return fmt::format("  {:<34} {:>8} {:>12} {:>12} {:>12}  {}\n", column.name, 0, "", "", "",
                       column.file);
  std::sort(values.begin(), values.end());
  return fmt::format("  {:<34} {:>8} {:>12.6g} {:>12.6g} {:>12.6g}  {}\n", column.name,
                     values.size(), values.front(), values[values.size() / 2], values.back(),
                     column.file);
}

std::string describe_notices(const Table& table) {
  std::string text;
  const std::size_t shown = std::min(kShownNotices, table.notices().size());
  for (std::size_t i = 0; i < shown; ++i) text += fmt::format("  {}\n", table.notices()[i].text);
  if (shown < table.notices().size())
    text += fmt::format("  ... and {} more\n", table.notices().size() - shown);
  return text;
}

}  // namespace

void run_table_info(const TableInfoOptions& options, Console& console) {
  const Table table = load_tables(options.files, find_space(options.space), {cache_folder()});
  std::size_t classes = 0;
  std::size_t degenerate = 0;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    classes += table.find_class(table.class_of(r)) == r ? 1 : 0;
    degenerate += table.degenerate(r) ? 1 : 0;
  }
  std::string text = fmt::format(
      "space {}\n{} architectures in {} isomorphism classes; {} degenerate (no input-output path, "
      "left out by default)\n",
      table.space().name(), table.rows(), classes, degenerate);
  text += fmt::format("  {:<34} {:>8} {:>12} {:>12} {:>12}  {}\n", "metric", "present", "lowest",
                      "median", "highest", "file");
  for (const Column& column : table.columns()) text += describe_column(table, column);
  if (!table.notices().empty()) {
    text += fmt::format("{} notice{}:\n", table.notices().size(),
                        table.notices().size() == 1 ? "" : "s");
    text += describe_notices(table);
  }
  console.result(text);
}

}  // namespace dinas
