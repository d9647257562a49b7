// From CSV files to one Table: split the spec, find the architecture column, read the metrics,
// join.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "table/sheet.h"
#include "table/table.h"

namespace dinas {
namespace {

constexpr std::size_t kCellsToCheck = 20;
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

std::size_t find_notation_column(const Sheet& sheet, const Space& space) {
  std::string example;  // why the first text column is not the one
  for (std::size_t column = 0; column < sheet.names.size(); ++column) {
    std::size_t checked = 0;
    std::size_t parsed = 0;
    for (const CsvRow& row : sheet.rows) {
      if (checked == kCellsToCheck) break;
      const std::string_view cell = trim(row.fields[column]);
      if (cell.empty()) continue;
      ++checked;
      std::string why;
      double number = 0.0;
      if (space.parse(cell, why)) {
        ++parsed;
      } else if (example.empty() && parse_cell(cell, number) == CellKind::kText) {
        example = fmt::format(" (line {}, column '{}', '{}': {})", row.line, sheet.names[column],
                              excerpt(cell), why);
      }
    }
    if (2 * parsed > checked) return column;
  }
  throw Error(
      fmt::format("{}: expected a column with architectures in the notation of {}, found "
                  "none{}",
                  sheet.file, space.name(), example));
}

// The columns that spell an architecture, in order: those the space names if all are there,
// otherwise the first one whose cells are mostly in its notation.
std::vector<std::size_t> find_architecture_columns(const Sheet& sheet, const Space& space) {
  std::vector<std::size_t> columns;
  for (const std::string& name : space.columns()) {
    const auto found = std::ranges::find(sheet.names, name);
    if (found == sheet.names.end()) return {find_notation_column(sheet, space)};
    columns.push_back(static_cast<std::size_t>(found - sheet.names.begin()));
  }
  if (columns.empty()) return {find_notation_column(sheet, space)};
  return columns;
}

// The fields that spell a record's architecture, joined by single spaces.
std::string architecture_text(const CsvRow& row, const std::vector<std::size_t>& columns) {
  std::string text;
  for (const std::size_t column : columns) {
    if (!text.empty()) text += ' ';
    text += trim(row.fields[column]);
  }
  return text;
}

// The rows of a sheet that are taken, and their rows in the table.
struct Taken {
  std::vector<std::size_t> sheet_rows;
  std::vector<std::size_t> table_rows;
};

Taken take_architectures(const Sheet& sheet, const std::vector<std::size_t>& columns,
                         Table& table) {
  Taken taken;
  std::unordered_map<std::size_t, std::uint64_t> first_line;  // key: row of the table
  for (std::size_t i = 0; i < sheet.rows.size(); ++i) {
    const CsvRow& row = sheet.rows[i];
    std::string why;
    const std::string cell = architecture_text(row, columns);
    const auto architecture = table.space().parse(cell, why);
    if (!architecture) {
      table.add_notice(
          {TableNotice::Kind::kUnknownNotation, sheet.file, row.line,
           fmt::format("{}:{}: row left out, '{}' is no architecture of {}: {}", sheet.file,
                       row.line, excerpt(cell), table.space().name(), why)});
      continue;
    }
    const std::size_t table_row = table.add_architecture(*architecture);
    const auto [first, is_new] = first_line.try_emplace(table_row, row.line);
    if (!is_new) {
      table.add_notice({TableNotice::Kind::kDuplicate, sheet.file, row.line,
                        fmt::format("{}:{}: row left out, its architecture is already on line {}",
                                    sheet.file, row.line, first->second)});
      continue;
    }
    taken.sheet_rows.push_back(i);
    taken.table_rows.push_back(table_row);
  }
  return taken;
}

// A column of a sheet, one value per row of the table, and what speaks against its being a metric.
struct SheetColumn {
  std::vector<double> values;
  bool has_number = false;
  const CsvRow* first_text = nullptr;
  const CsvRow* first_not_finite = nullptr;
};

SheetColumn read_column(const Sheet& sheet, const Taken& taken, std::size_t column,
                        std::size_t table_rows) {
  SheetColumn result;
  result.values.assign(table_rows, kNoValue);
  for (std::size_t i = 0; i < taken.sheet_rows.size(); ++i) {
    const CsvRow& row = sheet.rows[taken.sheet_rows[i]];
    const CellKind kind = parse_cell(row.fields[column], result.values[taken.table_rows[i]]);
    if (kind == CellKind::kNumber) result.has_number = true;
    if (kind == CellKind::kText && !result.first_text) result.first_text = &row;
    if (kind == CellKind::kNotFinite && !result.first_not_finite) result.first_not_finite = &row;
  }
  return result;
}

void add_text_column(const Sheet& sheet, const SheetColumn& read, std::size_t column,
                     const std::string& name, Table& table) {
  const CsvRow& row = *read.first_text;
  const std::string cell = excerpt(trim(row.fields[column]));
  table.add_text_column({name, sheet.file, row.line, cell});
  if (!read.has_number) return;  // plain text, nobody expects a metric
  table.add_notice({TableNotice::Kind::kNotNumeric, sheet.file, row.line,
                    fmt::format("{}:{}: column '{}' is no metric, expected a number, found '{}'",
                                sheet.file, row.line, name, cell)});
}

// Two columns of one name are one column if they agree in every row of the table.
void merge_column(const Sheet& sheet, const Column& existing, const std::vector<double>& values,
                  Table& table) {
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double a = existing.values[row];
    const double b = values[row];
    if (a == b || (std::isnan(a) && std::isnan(b))) continue;
    throw Error(
        fmt::format("column '{}' is in {} and in {} with different values ({} and {} for "
                    "{}); give one file a prefix: PREFIX={}",
                    existing.name, existing.file, sheet.file, a, b,
                    table.space().print(table.architecture(row)), sheet.file));
  }
  table.add_notice({TableNotice::Kind::kMergedColumn, sheet.file, 1,
                    fmt::format("{}: column '{}' is the same as in {}, kept once", sheet.file,
                                existing.name, existing.file)});
}

void load_table(const Source& source, Table& table) {
  const Sheet sheet(source.file);
  const auto architecture_columns = find_architecture_columns(sheet, table.space());
  const Taken taken = take_architectures(sheet, architecture_columns, table);
  for (std::size_t column = 0; column < sheet.names.size(); ++column) {
    // A column without a name (a row number, mostly) cannot be asked for.
    const bool spells =
        std::ranges::find(architecture_columns, column) != architecture_columns.end();
    if (spells || sheet.names[column].empty()) continue;
    const std::string name = source.prefix + sheet.names[column];
    SheetColumn read = read_column(sheet, taken, column, table.rows());
    if (read.first_text) {
      add_text_column(sheet, read, column, name, table);
      continue;
    }
    if (read.first_not_finite) {
      throw Error(
          fmt::format("{}:{}: expected a finite number in column '{}', found '{}'; leave "
                      "the cell empty if the value is missing",
                      sheet.file, read.first_not_finite->line, name,
                      excerpt(trim(read.first_not_finite->fields[column]))));
    }
    if (const Column* existing = table.find_column(name)) {
      merge_column(sheet, *existing, read.values, table);
    } else {
      table.add_column(name, sheet.file).values = std::move(read.values);
    }
  }
}

}  // namespace

Table load_tables(const std::vector<std::string>& specs, std::shared_ptr<const Space> space) {
  if (specs.empty()) throw UsageError("expected at least one table (FILE or PREFIX=FILE)");
  Table table(std::move(space));
  for (const std::string& spec : specs) load_table(split_spec(spec), table);
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
