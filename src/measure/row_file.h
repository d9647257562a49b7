// A table that is written while its rows are measured, and survives being stopped at any moment.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "space/space.h"

namespace dinas {

/// CSV with the columns "architecture" and one a metric, and beside it FILE.json, which says how
/// the rows were measured. A row is appended as a whole and flushed to the disk; half a row at the
/// end of a file that is opened again is cut off. An empty cell: the measurement failed. Of two
/// rows of one architecture the last counts.
class RowFile {
 public:
  /// Creates the file, or continues it. `settings` is a JSON object that decides what the values
  /// mean. Throws Error where the file has other columns or was measured with other settings (the
  /// message names the first that differs), a line cannot be read, or another process writes to it.
  RowFile(std::string file, std::shared_ptr<const Space> space, std::vector<std::string> columns,
          const std::string& settings);
  ~RowFile();
  RowFile(const RowFile&) = delete;
  RowFile& operator=(const RowFile&) = delete;

  /// The file beside a table that says how it was measured.
  static std::string settings_file(const std::string& file) { return file + ".json"; }

  /// The row of an architecture, in the order of the columns, NaN where the measurement failed;
  /// nullopt where there is none yet.
  [[nodiscard]] std::optional<std::vector<double>> row(const Architecture& architecture) const;
  /// Values in the order of the columns, NaN for one that could not be measured. Safe from several
  /// threads. Throws Error when the row cannot be written.
  void append(const Architecture& architecture, const std::vector<double>& values);
  /// Sorts the rows: those of `order` first, as they stand there, then the rest. What is read then
  /// does not depend on who was quicker. Nothing is appended afterwards.
  void finish(const std::vector<Architecture>& order);

 private:
  [[nodiscard]] std::string header() const;
  [[nodiscard]] std::string line(const Architecture& architecture,
                                 const std::vector<double>& values) const;
  void check_settings(const std::string& settings) const;
  void open_alone();
  std::string whole_lines();
  void write_bytes(const std::string& bytes);
  void read_rows(const std::string& text);

  std::string file_;
  std::shared_ptr<const Space> space_;
  std::vector<std::string> columns_;
  mutable std::mutex mutex_;
  std::map<Architecture, std::vector<double>> rows_;
  int descriptor_ = -1;
  bool torn_ = false;  // half a row could not be taken back
};

}  // namespace dinas
