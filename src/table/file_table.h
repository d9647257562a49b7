// One table file as it was read, before it is joined with others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "space/space.h"
#include "table/table.h"

namespace dinas {

/// A cell that speaks against a column's being a metric.
struct FileCell {
  std::uint64_t line = 0;  // 1-based; 0: there is none
  std::string text;
};

/// A column that has a name and does not spell the architecture.
struct FileColumn {
  std::string name;
  std::vector<double> values;  // [rows], NaN where there is no number
  bool has_number = false;
  FileCell first_text;
  FileCell first_not_finite;
};

struct FileTable {
  std::string file;
  std::vector<Architecture> architectures;  // each once, in the order of the file
  std::vector<ArchitectureClass> classes;   // [rows]
  std::vector<FileColumn> columns;
  std::vector<TableNotice> notices;  // rows that were left out
};

/// Reads a CSV file. Rows in an unknown notation and repeated architectures are left out with a
/// notice. Throws Error for unreadable files, rows with a wrong number of fields and files without
/// an architecture column.
FileTable read_file_table(const std::string& path, const Space& space);

}  // namespace dinas
