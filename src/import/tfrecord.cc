#include "import/tfrecord.h"

#include <fmt/format.h>

#include <array>

namespace dinas {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78U;  // of CRC-32C, lowest bit first

constexpr std::array<std::uint32_t, 256> kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1U ^ (value & 1U ? kPolynomial : 0U);
    table[i] = value;
  }
  return table;
}();

// TensorFlow stores checksums rotated and shifted, so that those of texts with checksums inside are
// no trivial ones.
std::uint32_t masked(std::uint32_t crc) {
  constexpr std::uint32_t delta = 0xa282ead8U;
  return (crc >> 15U | crc << 17U) + delta;
}

void check(ByteReader& reader, std::string_view bytes, std::string_view what) {
  const std::uint64_t offset = reader.offset();
  const auto stored = static_cast<std::uint32_t>(reader.little_endian(4, "a checksum"));
  if (stored != masked(crc32c(bytes))) {
    reader.fail(offset,
                fmt::format("expected the checksum of {}, found another (is this a TFRecord "
                            "file, and undamaged?)",
                            what));
  }
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : bytes)
    crc = crc >> 8U ^ kTable.at((crc ^ static_cast<std::uint8_t>(c)) & 0xffU);
  return ~crc;
}

bool read_tfrecord(ByteReader& reader, std::uint64_t longest, std::string& record) {
  if (reader.at_end()) return false;
  const std::uint64_t offset = reader.offset();
  const std::string head = reader.text(8, "the length of a record");
  check(reader, head, "the length");
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    size |= std::uint64_t{static_cast<std::uint8_t>(head[i])} << (8 * i);
  }
  if (size > longest) {
    reader.fail(offset,
                fmt::format("expected a record of at most {} bytes, found {}", longest, size));
  }
  record = reader.text(size, "the bytes of a record");
  check(reader, record, "the record");
  return true;
}

}  // namespace dinas
