// A safetensors file that says what it is and can tell when it was altered.
#pragma once

#include <string>
#include <string_view>

#include "model/safetensors.h"

namespace dinas {

/// Adds the metadata entries "format", "version" and "checksum" and writes the file atomically.
/// The same content always gives the same bytes. Throws Error with the path.
void write_sealed(const std::string& path, std::string_view format, SafetensorsFile file);

/// Throws Error with the path when the file is not valid safetensors, has another format or a newer
/// version, or when its content does not match its checksum.
SafetensorsFile read_sealed(const std::string& path, std::string_view format);

/// The metadata text `key`; throws Error naming it when there is none.
const std::string& metadata_text(const SafetensorsFile& file, const std::string& key);

/// Checksum of a sealed file: 16 hexadecimal digits over the names, types, shapes and bytes of all
/// tensors and all metadata but the checksum itself. It finds accidents, not forgery.
std::string content_checksum(const SafetensorsFile& file);

}  // namespace dinas
