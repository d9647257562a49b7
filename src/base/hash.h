// A stable 64-bit hash for identities that are written to files.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace dinas {

/// FNV-1a with a final avalanche (the finaliser of MurmurHash3). The values are part of the model
/// file format: never change them.
class ByteHash {
 public:
  constexpr void add(unsigned char byte) { state_ = (state_ ^ byte) * 0x100000001b3ULL; }
  [[nodiscard]] constexpr std::uint64_t value() const {
    std::uint64_t h = state_;
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdULL;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53ULL;
    h ^= h >> 33;
    return h;
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

/// Hash of a text.
constexpr std::uint64_t hash_bytes(std::string_view bytes) {
  ByteHash hash;
  for (const char c : bytes) hash.add(static_cast<unsigned char>(c));
  return hash.value();
}

/// hash_bytes of the numbers' bytes, eight each, lowest first.
constexpr std::uint64_t hash_numbers(std::span<const std::uint64_t> numbers) {
  ByteHash hash;
  for (const std::uint64_t number : numbers) {
    for (int shift = 0; shift < 64; shift += 8) {
      hash.add(static_cast<unsigned char>(number >> shift & 0xffU));
    }
  }
  return hash.value();
}
constexpr std::uint64_t hash_numbers(std::initializer_list<std::uint64_t> numbers) {
  return hash_numbers(std::span<const std::uint64_t>(numbers.begin(), numbers.size()));
}

}  // namespace dinas
