// A table as CSV text, written row by row.
#pragma once

#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace dinas {

/// A number that is not there.
inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

class TableText {
 public:
  explicit TableText(const std::vector<std::string>& names);

  /// A row is as many fields as there are names, then end_row.
  void text(std::string_view field);
  /// The shortest digits that give the same number; nothing where it is kMissing or infinite.
  void number(double value);
  void end_row();

  [[nodiscard]] std::string take() && { return std::move(csv_); }

 private:
  std::string csv_;
  bool first_ = true;
};

}  // namespace dinas
