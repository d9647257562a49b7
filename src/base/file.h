// Whole files in and out.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace dinas {

/// Bytes of a file, decompressed when it starts with the gzip magic number. Throws Error with the
/// path and the system's reason.
std::string read_file(const std::string& path);

/// `bytes` compressed as gzip has it, the same for the same bytes.
std::string gzip(std::string_view bytes);

/// What `read` returns, which goes through `folder`; std::filesystem's exceptions become an Error
/// with the folder and the system's reason.
template <typename Read>
auto read_folder(const std::string& folder, const Read& read) {
  try {
    return read();
  } catch (const std::filesystem::filesystem_error& problem) {
    const std::string path = problem.path1().string();
    throw Error("cannot read " + (path.empty() ? folder : path) + ": " + problem.code().message());
  }
}

/// Writes `bytes` to a temporary file beside `path`, flushes it to the disk and renames it over
/// `path`, so that a reader sees the old file or the whole new one. Throws Error (and removes the
/// temporary file) when anything fails, a full disk included. Special files such as /dev/stdout
/// are written directly.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace dinas
