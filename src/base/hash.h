// A stable 64-bit hash for identities that are written to files.
#pragma once

#include <cstdint>
#include <string_view>

namespace dinas {

/// FNV-1a with a final avalanche (the finaliser of MurmurHash3). The values are part of the model
/// file format: never change them.
constexpr std::uint64_t hash_bytes(std::string_view bytes) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : bytes) {
    h ^= static_cast<unsigned char>(c);
    h *= 0x100000001b3ULL;
  }
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ULL;
  h ^= h >> 33;
  return h;
}

}  // namespace dinas
