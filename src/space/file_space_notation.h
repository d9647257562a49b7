// Architectures of a space file as text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "space/file_space_description.h"

namespace dinas {

/// The text of an architecture. Inverse of parse_template.
std::string print_template(const FileTemplate& layout, std::span<const std::uint8_t> architecture);

/// Reads a text that fits the template from end to end; otherwise nullopt, the reason in `why` and
/// the byte where it stopped fitting in `position`. Linear in the size of the template. Does not
/// look at rules.
std::optional<Architecture> parse_template(const FileTemplate& layout, std::string_view text,
                                           std::string& why, std::size_t& position);

}  // namespace dinas
