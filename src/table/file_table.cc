#include "table/file_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "table/sheet.h"

namespace dinas {
namespace {

constexpr std::size_t kCellsToCheck = 20;

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

// Fills the architectures of the table; returns the rows of the sheet that are taken.
std::vector<std::size_t> take_architectures(const Sheet& sheet,
                                            const std::vector<std::size_t>& columns,
                                            const Space& space, FileTable& table) {
  std::vector<std::size_t> taken;
  std::unordered_map<std::string, std::uint64_t> first_line;  // key: bytes of the architecture
  for (std::size_t i = 0; i < sheet.rows.size(); ++i) {
    const CsvRow& row = sheet.rows[i];
    std::string why;
    const std::string cell = architecture_text(row, columns);
    const auto architecture = space.parse(cell, why);
    if (!architecture) {
      table.notices.push_back(
          {TableNotice::Kind::kUnknownNotation, sheet.file, row.line,
           fmt::format("{}:{}: row left out, '{}' is no architecture of {}: {}", sheet.file,
                       row.line, excerpt(cell), space.name(), why)});
      continue;
    }
    const auto [first, is_new] =
        first_line.try_emplace(std::string(architecture->begin(), architecture->end()), row.line);
    if (!is_new) {
      table.notices.push_back(
          {TableNotice::Kind::kDuplicate, sheet.file, row.line,
           fmt::format("{}:{}: row left out, its architecture is already on line {}", sheet.file,
                       row.line, first->second)});
      continue;
    }
    taken.push_back(i);
    table.architectures.push_back(*architecture);
    table.classes.push_back(class_of(space, *architecture));
  }
  return taken;
}

FileColumn read_column(const Sheet& sheet, const std::vector<std::size_t>& taken,
                       std::size_t column) {
  FileColumn result;
  result.name = sheet.names[column];
  result.values.resize(taken.size());
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const CsvRow& row = sheet.rows[taken[i]];
    const std::string_view field = row.fields[column];
    const CellKind kind = parse_cell(field, result.values[i]);
    const FileCell cell = kind == CellKind::kText || kind == CellKind::kNotFinite
                              ? FileCell{row.line, excerpt(trim(field))}
                              : FileCell{};
    if (kind == CellKind::kNumber) result.has_number = true;
    if (kind == CellKind::kText && result.first_text.line == 0) result.first_text = cell;
    if (kind == CellKind::kNotFinite && result.first_not_finite.line == 0) {
      result.first_not_finite = cell;
    }
  }
  return result;
}

}  // namespace

FileTable read_file_table(const std::string& path, const Space& space) {
  const Sheet sheet(path);
  const auto spelling = find_architecture_columns(sheet, space);
  FileTable table;
  table.file = sheet.file;
  const auto taken = take_architectures(sheet, spelling, space, table);
  for (std::size_t column = 0; column < sheet.names.size(); ++column) {
    // A column without a name (a row number, mostly) cannot be asked for.
    const bool spells = std::ranges::find(spelling, column) != spelling.end();
    if (spells || sheet.names[column].empty()) continue;
    table.columns.push_back(read_column(sheet, taken, column));
  }
  return table;
}

}  // namespace dinas
