#include "import/wire.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> kDigitValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<std::uint8_t>(kDigits[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

}  // namespace

std::optional<WireField> WireReader::next() {
  if (rest_.empty()) return std::nullopt;
  const std::uint64_t key = varint();
  WireField field;
  field.number = static_cast<std::uint32_t>(key >> 3U);
  field.type = static_cast<int>(key & 7U);
  if (field.number == 0 || key >> 32U != 0)
    throw Error("expected a field with a number, found none");
  switch (field.type) {
    case 0:
      field.value = varint();
      break;
    case 1:
      field.value = fixed(8);
      break;
    case 2: {
      const std::uint64_t size = varint();
      if (size > rest_.size()) throw Error("expected a field, found the end of the message");
      field.bytes = rest_.substr(0, size);
      rest_.remove_prefix(size);
      break;
    }
    case 5:
      field.value = fixed(4);
      break;
    default:
      throw Error(fmt::format("expected a field of wire type 0, 1, 2 or 5, found {}", field.type));
  }
  return field;
}

std::uint64_t WireReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t byte = fixed(1);
    value |= (byte & 0x7fU) << shift;
    if (byte < 0x80U) return value;
  }
  throw Error("expected a number of at most ten bytes, found a longer one");
}

std::uint64_t WireReader::fixed(int bytes) {
  if (rest_.size() < static_cast<std::size_t>(bytes)) {
    throw Error("expected a field, found the end of the message");
  }
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) {
    value |= std::uint64_t{static_cast<std::uint8_t>(rest_[static_cast<std::size_t>(i)])}
             << (8 * i);
  }
  rest_.remove_prefix(static_cast<std::size_t>(bytes));
  return value;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\n') continue;
    ++digits;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int value = kDigitValues.at(static_cast<std::uint8_t>(c));
    if (value < 0 || padding > 0) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(held) & 0xffU);
  }
  if (digits % 4 != 0 || padding > 2) return std::nullopt;
  return bytes;
}

}  // namespace dinas
