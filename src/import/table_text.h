// A table as CSV text, written row by row.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace dinas {

/// A number that is not there.
inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Bytes of the longest text, more than twice what NAS-Bench-101 makes, the largest benchmark: a
/// small file whose values refer to each other could go on to any size.
inline constexpr std::uint64_t kLongestTable = std::uint64_t{512} << 20U;

/// The same for benchmarks with a row for each of at most some ten thousand architectures, whose
/// tables have a few megabytes: no file takes long before it is refused.
inline constexpr std::uint64_t kLongestSmallTable = std::uint64_t{64} << 20U;

class TableText {
 public:
  /// `file` is what messages call the file that the table is made of.
  TableText(std::string file, const std::vector<std::string>& names,
            std::uint64_t longest = kLongestTable);

  /// A row is as many fields as there are names, then end_row. All throw Error for a text that is
  /// longer than `longest`.
  void text(std::string_view field);
  /// The shortest digits that give the same number; nothing where it is kMissing or infinite.
  void number(double value);
  void end_row();

  [[nodiscard]] std::string take() && { return std::move(csv_); }

 private:
  void check_room(std::uint64_t bytes) const;
  void begin_field();

  std::string file_;
  std::size_t columns_;
  std::uint64_t longest_;
  std::string csv_;
  std::size_t fields_ = 0;  // of the row so far
};

}  // namespace dinas
