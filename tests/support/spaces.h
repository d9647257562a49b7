// Spaces described by a file, for tests.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "space/file_space.h"

namespace dinas {

/// A space file that ships with the program.
inline std::shared_ptr<const Space> shipped_space(std::string_view name) {
  return load_space_file((std::filesystem::path(DINAS_SPACES) / name).string());
}

/// A space from the body of a file: name and summary are put before it, in one line.
inline std::shared_ptr<const Space> space_of(std::string_view body) {
  return parse_space_file("name = 'test'\nsummary = 'a test'\n" + std::string(body), "test.toml");
}

}  // namespace dinas
