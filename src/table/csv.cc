#include "table/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace dinas {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + '"';
}

std::string csv_field(double value) {
  return std::isnan(value) ? std::string() : fmt::format("{}", value);
}

CsvReader::CsvReader(std::string_view text, std::string file)
    : text_(text), file_(std::move(file)) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
}

bool CsvReader::next(CsvRow& row) {
  while (position_ < text_.size() && at_line_end()) skip_line_end();
  if (position_ == text_.size()) return false;
  row.line = line_;
  row.fields.clear();
  while (true) {
    const bool quoted = position_ < text_.size() && text_[position_] == '"';
    row.fields.push_back(quoted ? quoted_field() : plain_field());
    if (at_line_end()) break;
    if (text_[position_] != ',') fail(line_, "text behind a closing quote");
    ++position_;
  }
  skip_line_end();
  return true;
}

std::string_view CsvReader::quoted_field() {
  const std::uint64_t first_line = line_;
  const std::size_t begin = ++position_;
  bool doubled = false;
  while (true) {
    const std::size_t quote = text_.find('"', position_);
    if (quote == std::string_view::npos) fail(first_line, "a quote that is never closed");
    line_ += static_cast<std::uint64_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(position_),
                   text_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
    position_ = quote + 1;
    if (position_ == text_.size() || text_[position_] != '"') break;
    doubled = true;
    ++position_;
  }
  const std::string_view raw = text_.substr(begin, position_ - 1 - begin);
  if (!doubled) return raw;
  std::string& field = unescaped_.emplace_back();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    field += raw[i];
    if (raw[i] == '"') ++i;
  }
  return field;
}

std::string_view CsvReader::plain_field() {
  const std::size_t begin = position_;
  while (!at_line_end() && text_[position_] != ',') {
    if (text_[position_] == '"') fail(line_, "a quote inside a field that does not begin with one");
    ++position_;
  }
  return text_.substr(begin, position_ - begin);
}

bool CsvReader::at_line_end() const {
  if (position_ == text_.size() || text_[position_] == '\n') return true;
  return text_[position_] == '\r' &&
         (position_ + 1 == text_.size() || text_[position_ + 1] == '\n');
}

void CsvReader::skip_line_end() {
  if (position_ < text_.size() && text_[position_] == '\r') ++position_;
  if (position_ < text_.size()) ++position_;
  ++line_;
}

void CsvReader::fail(std::uint64_t line, std::string_view what) const {
  throw Error(fmt::format("{}:{}: expected comma-separated values (RFC 4180), found {}", file_,
                          line, what));
}

}  // namespace dinas
