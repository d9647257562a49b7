// Comma-separated values as RFC 4180 has them.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace dinas {

/// One record of a CSV file.
struct CsvRow {
  std::uint64_t line = 0;                // line (1-based) on which it begins
  std::vector<std::string_view> fields;  // without quotes
};

/// A text as a field of a record: in quotes where it holds a comma, a quote or a line end.
std::string csv_field(std::string_view text);
/// A number as a field, with as many digits as it takes to read it back; empty for NaN.
std::string csv_field(double value);

/// Splits a text into records. Lines end in LF or CRLF, empty lines are passed over, a byte order
/// mark at the beginning is ignored. Fields are views of the text or of the reader: both must
/// outlive them.
class CsvReader {
 public:
  /// `file` is what messages call the text.
  CsvReader(std::string_view text, std::string file);

  /// Reads the next record; false at the end of the text. Throws Error with file and line for a
  /// quote that is not closed, and for text beside a quoted field.
  bool next(CsvRow& row);

 private:
  std::string_view quoted_field();
  std::string_view plain_field();
  bool at_line_end() const;
  void skip_line_end();
  [[noreturn]] void fail(std::uint64_t line, std::string_view what) const;

  std::string_view text_;
  std::string file_;
  std::size_t position_ = 0;
  std::uint64_t line_ = 1;
  std::deque<std::string> unescaped_;  // fields that held doubled quotes
};

}  // namespace dinas
