// The wire format of Protocol Buffers, for messages whose few fields are known here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dinas {

/// One field of a message; of its value the part that its wire type has.
struct WireField {
  std::uint32_t number = 0;
  int type = 0;              // 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes
  std::uint64_t value = 0;   // varint, or the bits of four or eight bytes
  std::string_view bytes{};  // of the message
};

class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}
  /// nullopt at the end. Throws Error without a place for a field that is cut short, has no number
  /// or a wire type of groups.
  std::optional<WireField> next();

 private:
  std::uint64_t varint();
  std::uint64_t fixed(int bytes);

  std::string_view rest_;
};

/// The bytes that base64 (RFC 4648) writes as `text`; nullopt for anything else. Line feeds are
/// passed over, as Python 2 writes one at the end.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace dinas
