#include "cli/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/environment.h"

namespace dinas {
namespace {

std::size_t count_notices(const Table& table, TableNotice::Kind kind) {
  return static_cast<std::size_t>(
      std::count_if(table.notices().begin(), table.notices().end(),
                    [&](const TableNotice& n) { return n.kind == kind; }));
}

// A column named like a computed metric should hold it: where the table has no value the space's is
// taken.
void note_other_values(const Table& table, Console& console) {
  for (const Column& column : table.columns()) {
    const auto metric = computed_metric(table.space(), column.name);
    if (!metric || column.file == "computed") continue;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const double value = column.values[row];
      const double computed = table.space().compute(*metric, table.architecture(row));
      if (std::isnan(value) || is_rounded(value, computed)) continue;
      console.note(fmt::format(
          "warning: {}: column '{}' is {} for {}, the space computes {}; rename it unless that is "
          "meant to be the same quantity",
          column.file, column.name, value, table.space().print(table.architecture(row)), computed));
      break;
    }
  }
}

}  // namespace

bool measures_classes(const Model& model, const Space& space) {
  std::vector<MetricSpec> measured = model.config.metrics;
  std::erase_if(measured, [&](const MetricSpec& spec) {
    return computed_metric(space, spec.name).has_value();
  });
  const auto of_class = [](const MetricSpec& spec) { return spec.level == MetricLevel::kClass; };
  return !measured.empty() && std::ranges::all_of(measured, of_class);
}

Table open_tables(const std::vector<std::string>& files, std::shared_ptr<const Space> space,
                  const std::vector<std::string>& columns, Console& console) {
  Table table = files.empty() ? computed_table(std::move(space))
                              : load_tables(files, std::move(space), {cache_folder()});
  const std::size_t duplicates = count_notices(table, TableNotice::Kind::kDuplicate);
  const std::size_t unknown = count_notices(table, TableNotice::Kind::kUnknownNotation);
  if (duplicates + unknown > 0) {
    console.note(
        fmt::format("left out {} duplicate and {} unreadable row{}; 'dinas table info' lists them",
                    duplicates, unknown, duplicates + unknown == 1 ? "" : "s"));
  }
  for (const std::string& name : columns) table.require_column(name);
  note_other_values(table, console);
  return table;
}

Table open_tables_of(const Model& model, const std::vector<std::string>& files,
                     std::shared_ptr<const Space> space, const std::vector<std::string>& columns,
                     Console& console) {
  Table table = open_tables(files, std::move(space), columns, console);
  if (measures_classes(model, table.space())) table.let_rows_tell_of_classes();
  return table;
}

}  // namespace dinas
