// One CSV file as it stands: names of the columns, records, and what a cell means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "table/csv.h"

namespace dinas {

/// Without blanks at both ends.
std::string_view trim(std::string_view text);
/// What a message quotes of a cell.
std::string excerpt(std::string_view cell);

enum class CellKind { kMissing, kNumber, kNotFinite, kText };
/// `value` is NaN unless the cell is a number.
CellKind parse_cell(std::string_view text, double& value);

/// Header and records with one field per header field. Throws Error for an unreadable file, a
/// column twice, a record of another length and a file without records.
struct Sheet {
  explicit Sheet(const std::string& path);
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;

  std::string file;
  std::string text;
  CsvReader reader;
  std::vector<std::string> names;
  std::vector<CsvRow> rows;

 private:
  void read_header();
  void read_rows();
};

}  // namespace dinas
