// A FileTable as bytes in this machine's own order: for a cache, not for other machines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "table/file_table.h"

namespace dinas {

std::string print_file_table(const FileTable& table);

/// The table, without its `file`; nullopt for bytes that are no table of architectures of the
/// space.
std::optional<FileTable> parse_file_table(std::string_view bytes, const Space& space);

}  // namespace dinas
