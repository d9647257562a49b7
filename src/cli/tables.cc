#include "cli/tables.h"

#include <fmt/format.h>

#include <algorithm>

namespace dinas {
namespace {

std::size_t count_notices(const Table& table, TableNotice::Kind kind) {
  return static_cast<std::size_t>(
      std::count_if(table.notices().begin(), table.notices().end(),
                    [&](const TableNotice& n) { return n.kind == kind; }));
}

}  // namespace

Table open_tables(const std::vector<std::string>& files, std::shared_ptr<const Space> space,
                  const std::vector<std::string>& columns, Console& console) {
  Table table =
      files.empty() ? computed_table(std::move(space)) : load_tables(files, std::move(space));
  const std::size_t duplicates = count_notices(table, TableNotice::Kind::kDuplicate);
  const std::size_t unknown = count_notices(table, TableNotice::Kind::kUnknownNotation);
  if (duplicates + unknown > 0) {
    console.note(
        fmt::format("left out {} duplicate and {} unreadable row{}; 'dinas table info' lists them",
                    duplicates, unknown, duplicates + unknown == 1 ? "" : "s"));
  }
  for (const std::string& name : columns) table.require_column(name);
  return table;
}

}  // namespace dinas
