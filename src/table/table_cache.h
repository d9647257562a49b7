// What was read from a large table file, kept in a binary file: the next time neither texts are
// parsed nor classes computed.
#pragma once

#include <string>

#include "table/file_table.h"

namespace dinas {

/// read_file_table, from the cache where it has this file as it is now, otherwise read and (with
/// cache.least_rows or more) put there. A cache is used only if it is whole (checksum), was made by
/// the same code for this space and path, and the file is the one it was made from: the same size,
/// times and inode, or, where these differ, the same content. A cache that cannot be
/// read, written or held in memory is no error. A folder made for it is the user's alone (0700).
FileTable read_cached_table(const std::string& path, const Space& space, const TableCache& cache);

}  // namespace dinas
