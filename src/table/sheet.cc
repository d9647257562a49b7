#include "table/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <system_error>

#include "base/error.h"
#include "base/file.h"

namespace dinas {
namespace {

bool means_missing(std::string_view cell) {
  const auto is = [&](std::string_view word) {
    return std::equal(cell.begin(), cell.end(), word.begin(), word.end(), [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
    });
  };
  return cell.empty() || is("nan") || is("na") || is("n/a");
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

std::string excerpt(std::string_view cell) {
  constexpr std::size_t longest = 60;
  if (cell.size() <= longest) return std::string(cell);
  return fmt::format("{}...", cell.substr(0, longest));
}

CellKind parse_cell(std::string_view text, double& value) {
  std::string_view cell = trim(text);
  value = std::numeric_limits<double>::quiet_NaN();
  if (means_missing(cell)) return CellKind::kMissing;
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error == std::errc::invalid_argument || end != cell.data() + cell.size()) {
    return CellKind::kText;
  }
  if (error == std::errc::result_out_of_range || std::isinf(value)) return CellKind::kNotFinite;
  return std::isnan(value) ? CellKind::kMissing : CellKind::kNumber;
}

Sheet::Sheet(const std::string& path) : file(path), text(read_file(path)), reader(text, path) {
  read_header();
  read_rows();
}

void Sheet::read_header() {
  CsvRow header;
  if (!reader.next(header)) {
    throw Error(
        fmt::format("{}: expected a header line with column names, found an empty file", file));
  }
  std::set<std::string> seen;
  for (const std::string_view field : header.fields) {
    names.emplace_back(trim(field));
    if (!names.back().empty() && !seen.insert(names.back()).second) {
      throw Error(fmt::format("{}:{}: expected every column once, found '{}' twice; rename one",
                              file, header.line, names.back()));
    }
  }
}

void Sheet::read_rows() {
  CsvRow row;
  while (reader.next(row)) {
    if (row.fields.size() != names.size()) {
      throw Error(fmt::format("{}:{}: expected {} fields as in the header, found {}", file,
                              row.line, names.size(), row.fields.size()));
    }
    rows.push_back(row);
  }
  if (rows.empty()) {
    throw Error(fmt::format("{}: expected rows below the header, found none", file));
  }
}

}  // namespace dinas
