// Whole files in and out.
#pragma once

#include <string>
#include <string_view>

namespace dinas {

/// Bytes of a file, decompressed when it starts with the gzip magic number. Throws Error with the
/// path and the system's reason.
std::string read_file(const std::string& path);

/// `bytes` compressed as gzip has it, the same for the same bytes.
std::string gzip(std::string_view bytes);

/// Writes `bytes` to a temporary file beside `path`, flushes it to the disk and renames it over
/// `path`, so that a reader sees the old file or the whole new one. Throws Error (and removes the
/// temporary file) when anything fails, a full disk included. Special files such as /dev/stdout
/// are written directly.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace dinas
