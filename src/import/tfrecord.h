// TFRecord files: length, masked CRC-32C of the length, bytes, masked CRC-32C of the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "import/byte_source.h"

namespace dinas {

/// CRC-32C (Castagnoli), as iSCSI has it (RFC 3720).
std::uint32_t crc32c(std::string_view bytes);

/// The next record in `record`; false at the end. Throws Error with the offset for a record that is
/// cut short or longer than `longest`, and for a checksum that does not fit.
bool read_tfrecord(ByteReader& reader, std::uint64_t longest, std::string& record);

}  // namespace dinas
