// From files to one Table.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "table/file_table.h"
#include "table/table.h"
#include "table/table_cache.h"

namespace dinas {
namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

struct Source {
  std::string prefix;  // "" or "PREFIX."
  std::string file;
};

Source split_spec(const std::string& spec) {
  std::error_code ignored;
  const std::size_t equals = spec.find('=');
  if (equals == std::string::npos || std::filesystem::exists(spec, ignored)) return {"", spec};
  if (equals == 0 || equals + 1 == spec.size()) {
    throw UsageError(fmt::format("expected FILE or PREFIX=FILE for a table, found '{}'", spec));
  }
  return {spec.substr(0, equals) + ".", spec.substr(equals + 1)};
}

void add_text_column(const std::string& file, const FileColumn& column, const std::string& name,
                     Table& table) {
  const FileCell& cell = column.first_text;
  table.add_text_column({name, file, cell.line, cell.text});
  if (!column.has_number) return;  // plain text, nobody expects a metric
  table.add_notice({TableNotice::Kind::kNotNumeric, file, cell.line,
                    fmt::format("{}:{}: column '{}' is no metric, expected a number, found '{}'",
                                file, cell.line, name, cell.text)});
}

// Two columns of one name are one column if they agree in every row of the table.
void merge_column(const std::string& file, const Column& existing,
                  const std::vector<double>& values, Table& table) {
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double a = existing.values[row];
    const double b = values[row];
    if (a == b || (std::isnan(a) && std::isnan(b))) continue;
    throw Error(
        fmt::format("column '{}' is in {} and in {} with different values ({} and {} for "
                    "{}); give one file a prefix: PREFIX={}",
                    existing.name, existing.file, file, a, b,
                    table.space().print(table.architecture(row)), file));
  }
  table.add_notice({TableNotice::Kind::kMergedColumn, file, 1,
                    fmt::format("{}: column '{}' is the same as in {}, kept once", file,
                                existing.name, existing.file)});
}

// The values of a column, one per row of the table.
std::vector<double> spread(std::vector<double> values, const std::vector<std::size_t>& rows,
                           std::size_t table_rows) {
  if (std::ranges::is_sorted(rows) && rows.size() == table_rows) return values;
  std::vector<double> result(table_rows, kNoValue);
  for (std::size_t i = 0; i < rows.size(); ++i) result[rows[i]] = values[i];
  return result;
}

void join(FileTable file, const std::string& prefix, Table& table) {
  for (TableNotice& notice : file.notices) table.add_notice(std::move(notice));
  const std::vector<std::size_t> rows =
      table.add_architectures(std::move(file.architectures), file.classes);
  for (FileColumn& column : file.columns) {
    const std::string name = prefix + column.name;
    if (column.first_text.line != 0) {
      add_text_column(file.file, column, name, table);
      continue;
    }
    if (column.first_not_finite.line != 0) {
      throw Error(
          fmt::format("{}:{}: expected a finite number in column '{}', found '{}'; leave "
                      "the cell empty if the value is missing",
                      file.file, column.first_not_finite.line, name, column.first_not_finite.text));
    }
    std::vector<double> values = spread(std::move(column.values), rows, table.rows());
    if (const Column* existing = table.find_column(name)) {
      merge_column(file.file, *existing, values, table);
    } else {
      table.add_column(name, file.file, std::move(values));
    }
  }
}

}  // namespace

Table load_tables(const std::vector<std::string>& specs, std::shared_ptr<const Space> space,
                  const TableCache& cache) {
  if (specs.empty()) throw UsageError("expected at least one table (FILE or PREFIX=FILE)");
  Table table(std::move(space));
  for (const std::string& spec : specs) {
    const Source source = split_spec(spec);
    join(read_cached_table(source.file, table.space(), cache), source.prefix, table);
  }
  return table;
}

Table computed_table(std::shared_ptr<const Space> space) {
  Table table(std::move(space));
  if (const auto count = table.space().enumerable()) {
    for (std::uint64_t i = 0; i < *count; ++i) {
      table.add_architecture(nth_architecture(table.space().skeleton(), i));
    }
  } else if (const auto classes = table.space().representatives()) {
    for (const Architecture& architecture : *classes) table.add_architecture(architecture);
  }
  for (const ComputedMetric& metric : table.space().computed_metrics()) {
    table.require_column(metric.name);
  }
  return table;
}

}  // namespace dinas
