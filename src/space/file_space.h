// Search spaces described by a TOML file: docs/space-files.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "space/space.h"

namespace dinas {

/// The space that a TOML text describes. Throws Error "origin:line: expected ..., found ...; ..."
/// for the first thing that is wrong; time and memory are bounded for any text.
std::shared_ptr<const Space> parse_space_file(std::string_view toml_text,
                                              const std::string& origin);

/// parse_space_file of a file's content (at most 1 MB).
std::shared_ptr<const Space> load_space_file(const std::string& path);

}  // namespace dinas
