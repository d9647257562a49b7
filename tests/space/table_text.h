// A table as text, read without src/table, which lies above this folder. No field is quoted.
#pragma once

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "support/data.h"

namespace dinas {

inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> fields;
  while (true) {
    const std::size_t end = text.find(separator);
    fields.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return fields;
    text.remove_prefix(end + 1);
  }
}

/// A file of the folder with the data.
class Rows {
 public:
  explicit Rows(const std::string& file) {
    for (const std::string& line : split(read_file(data_folder() + file), '\n')) {
      if (!line.empty()) lines_.push_back(split(line, ','));
    }
  }

  [[nodiscard]] std::size_t size() const { return lines_.size() - 1; }
  [[nodiscard]] const std::string& cell(std::size_t row, std::string_view column) const {
    for (std::size_t c = 0; c < lines_[0].size(); ++c) {
      if (lines_[0][c] == column) return lines_[row + 1].at(c);
    }
    throw Error("no column " + std::string(column));
  }
  [[nodiscard]] double number(std::size_t row, std::string_view column) const {
    const std::string& text = cell(row, column);
    double value = std::nan("");
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

 private:
  std::vector<std::vector<std::string>> lines_;
};

}  // namespace dinas
