#include "base/hash.h"

#include <gtest/gtest.h>

#include <string_view>

namespace dinas {
namespace {

// The finaliser of MurmurHash3 (fmix64).
constexpr std::uint64_t finalise(std::uint64_t h) {
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdULL;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return h ^ (h >> 33);
}

// The published FNV-1a values of "", "a" and "foobar", finalised: files hold such hashes.
TEST(Hash, ValuesNeverChange) {
  EXPECT_EQ(hash_bytes(""), finalise(0xcbf29ce484222325ULL));
  EXPECT_EQ(hash_bytes("a"), finalise(0xaf63dc4c8601ec8cULL));
  EXPECT_EQ(hash_bytes("foobar"), finalise(0x85944171f73967e8ULL));
}

TEST(Hash, NumbersAreTheirBytesLowestFirst) {
  EXPECT_EQ(hash_numbers({0x0807060504030201U, 9U}),
            hash_bytes(std::string_view("\1\2\3\4\5\6\7\10\11\0\0\0\0\0\0\0", 16)));
  EXPECT_EQ(hash_numbers({}), hash_bytes(""));
}

TEST(Hash, BytesAboveAsciiAndZeroBytesCount) {
  EXPECT_NE(hash_bytes("\xff"), hash_bytes("\x7f"));
  EXPECT_NE(hash_bytes(std::string_view("\0", 1)), hash_bytes(""));
}

}  // namespace
}  // namespace dinas
