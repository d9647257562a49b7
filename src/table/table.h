// Benchmark tables: architectures with any number of metric columns, joined from several files.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "space/space.h"
#include "table/row_index.h"

namespace dinas {

/// One numeric column; NaN where the value is missing.
struct Column {
  std::string name;
  std::string file;            // where it came from; "computed" for exact metrics of the space
  std::vector<double> values;  // [rows]
};

/// A column of a file that holds other things than numbers and is therefore no metric.
struct TextColumn {
  std::string name;
  std::string file;
  std::uint64_t line = 0;  // first line (1-based) whose cell is not a number
  std::string cell;        // what stands there
};

/// A row or column that was not taken as it stands, with the line (1-based, header is 1) of its
/// file.
struct TableNotice {
  enum class Kind { kDuplicate, kUnknownNotation, kNotNumeric, kMergedColumn };
  Kind kind = Kind::kDuplicate;
  std::string file;
  std::uint64_t line = 0;
  std::string text;  // one sentence
};

/// What the space says of an architecture besides its metrics.
struct ArchitectureClass {
  std::uint64_t id = 0;  // Space::canonical_class
  bool degenerate = false;
};
ArchitectureClass class_of(const Space& space, const Architecture& architecture);

/// Architectures of one space, each once, with their metrics.
class Table {
 public:
  explicit Table(std::shared_ptr<const Space> space) : space_(std::move(space)) {}

  [[nodiscard]] const Space& space() const { return *space_; }
  [[nodiscard]] const std::shared_ptr<const Space>& shared_space() const { return space_; }
  [[nodiscard]] std::size_t rows() const { return architectures_.size(); }
  [[nodiscard]] const Architecture& architecture(std::size_t row) const {
    return architectures_[row];
  }
  /// A deque: references to columns stay valid when columns are added.
  [[nodiscard]] const std::deque<Column>& columns() const { return columns_; }
  [[nodiscard]] const std::vector<TableNotice>& notices() const { return notices_; }
  /// Isomorphism class of a row.
  [[nodiscard]] std::uint64_t class_of(std::size_t row) const { return classes_[row]; }
  [[nodiscard]] bool degenerate(std::size_t row) const { return degenerate_[row] != 0; }

  [[nodiscard]] std::optional<std::size_t> find(std::span<const std::uint8_t> architecture) const;
  /// From now on the rows tell of every architecture of their class, but for rows added later.
  void let_rows_tell_of_classes();
  /// The row that tells of an architecture: its own, otherwise, where rows tell of classes, the
  /// first of its class.
  [[nodiscard]] std::optional<std::size_t> look_up(
      std::span<const std::uint8_t> architecture) const;
  /// The first row of a class.
  [[nodiscard]] std::optional<std::size_t> find_class(std::uint64_t id) const;
  /// nullptr if there is no such column.
  [[nodiscard]] const Column* find_column(std::string_view name) const;
  /// The column, or, where the space can compute a metric of that name, a new column with its
  /// exact values. Throws Error with file and line for a text column, and UsageError that lists the
  /// nearest names for a name that nothing has.
  const Column& require_column(const std::string& name);

  /// Row of the architecture, appended (all metrics missing) if it is new. The architecture must
  /// have one value per variable of the space.
  std::size_t add_architecture(const Architecture& architecture);
  /// The same for many whose classes are known, one each; the rows in their order.
  std::vector<std::size_t> add_architectures(std::vector<Architecture> architectures,
                                             std::span<const ArchitectureClass> known);
  /// Fills the missing values of every column that is named like a computed metric of the space.
  void fill_computed();
  /// The row that has a column's value of an architecture: its own, otherwise, where rows tell of
  /// classes, the first of its class that has one.
  [[nodiscard]] std::optional<std::size_t> row_with(
      const Column& column, std::span<const std::uint8_t> architecture) const;
  /// Value of a column for any architecture: that of its row, where that is missing what the space
  /// computes under the column's name, or, where it computes no such metric, that of row_with; NaN
  /// if nothing tells.
  [[nodiscard]] double value(const Column& column,
                             std::span<const std::uint8_t> architecture) const;
  /// Appends a column; its values, at most rows(), are padded with NaN.
  Column& add_column(std::string name, std::string file, std::vector<double> values = {});
  /// Remembers why a column is no metric, for require_column.
  void add_text_column(TextColumn column) { text_columns_.push_back(std::move(column)); }
  void add_notice(TableNotice notice) { notices_.push_back(std::move(notice)); }

 private:
  [[nodiscard]] std::optional<std::size_t> find(std::span<const std::uint8_t> architecture,
                                                std::uint64_t hash) const;
  std::size_t add(Architecture architecture, std::uint64_t hash, const ArchitectureClass& known);

  std::shared_ptr<const Space> space_;
  std::vector<Architecture> architectures_;
  std::vector<std::uint64_t> classes_;
  std::vector<std::uint8_t> degenerate_;
  std::deque<Column> columns_;
  std::vector<TextColumn> text_columns_;
  std::vector<TableNotice> notices_;
  RowIndex index_;        // by architecture
  RowIndex class_index_;  // the first row of every class, by class
  // [rows], the next row of the class, rows() behind the last; empty unless rows tell of classes.
  std::vector<std::size_t> next_of_class_;
};

/// Is a table's value what the space computes, up to the digits that tables are written with (four
/// significant ones)?
bool is_rounded(double tabled, double computed);

/// Where what was read from large files is kept for the next time (table_cache.h).
struct TableCache {
  std::string folder;              // made when it is needed; empty: nothing is kept
  std::size_t least_rows = 20000;  // fewer are read as quickly from the file itself
};

/// Reads and joins tables on the architecture; rows are in order of first appearance. Each spec is
/// FILE or PREFIX=FILE (its metrics become PREFIX.name); a spec that names an existing file is that
/// file, '=' or not. Architectures are spelled by the columns that the space names, where a file
/// has them all; otherwise the architecture column is the first one of whose first 20 non-empty
/// cells more than half parse in the space's notation. Missing values: empty, nan, NA, N/A. Rows in
/// an unknown notation and repeated architectures (the first one counts) are left out with a
/// notice. Metrics of the same name in two files are an Error naming both files, unless the two
/// columns hold the same value for every architecture of either file (then they are merged).
/// Columns with cells that are not numbers are no metrics; asking for one by name is an Error with
/// the line. Throws Error for unreadable files, rows with a wrong number of fields, infinite values
/// and files without an architecture column, UsageError for an empty list and a spec without a
/// file.
Table load_tables(const std::vector<std::string>& specs, std::shared_ptr<const Space> space,
                  const TableCache& cache = {});

/// Every architecture of an enumerable space, in the order of nth_architecture, otherwise one of
/// every class, none where they are too many to list; with every computed metric of the space.
Table computed_table(std::shared_ptr<const Space> space);

}  // namespace dinas
