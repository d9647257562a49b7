// The rules of a space file: forbidden combinations and a limit on the edges.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "space/file_space_description.h"

namespace dinas {

/// Compiles [[forbid]] and max_edges into decision diagrams, which answer completable() exactly, in
/// time bounded by their size: at most 16,384 arcs together. Null where there is nothing to keep.
/// Throws Error where the diagrams would be larger or no architecture is
/// left.
std::shared_ptr<const Rules> make_file_rules(const TomlFile& file, const SpaceDescription& space);

/// What makes an architecture invalid, as a sentence fragment; nullopt if it is valid.
std::optional<std::string> broken_rule(const SpaceDescription& space,
                                       std::span<const std::uint8_t> architecture);

}  // namespace dinas
