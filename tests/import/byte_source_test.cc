#include "import/byte_source.h"

#include <gtest/gtest.h>

#include "import/support.h"

namespace dinas {
namespace {

using namespace std::string_literals;

std::string read_all(const std::string& bytes) {
  const auto source = bytes_in_memory(bytes, "test");
  ByteReader reader(*source);
  std::string text;
  while (!reader.at_end()) text += static_cast<char>(reader.byte("a byte"));
  return text;
}

// What bzip2 writes of "]" and of ".".
const std::string kBracket =
    "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xf8\xad\x6d\x9f\x00\x00\x00\x02\x00"
    "\x00\x02\x20\x00\x21\x18\x46\x82\xee\x48\xa7\x0a\x12\x1f\x15\xad\xb3\xe0"s;
const std::string kDot =
    "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x15\x5a\x56\xa1\x00\x00\x00\x10\x00\x00\x01\x20\x00"
    "\x21\x18\x46\x82\xee\x48\xa7\x0a\x12\x02\xab\x4a\xd4\x20"s;

TEST(ByteSource, ReadsBzip2StreamsBehindEachOther) {
  EXPECT_EQ(read_all(kBracket), "]");
  EXPECT_EQ(read_all(kBracket + kDot + kBracket), "].]");
  EXPECT_EQ(read_all("]."), "].");
}

TEST(ByteSource, StopsAtMost) {
  for (const std::uint64_t most : {4U, 3U}) {
    const auto source = at_most(bytes_in_memory("abcd", "test"), most);
    ByteReader reader(*source);
    if (most == 4) {
      EXPECT_EQ(reader.text(4, "four letters"), "abcd");
      EXPECT_TRUE(reader.at_end());
      continue;
    }
    EXPECT_NE(error_of([&] {
                reader.text(4, "four letters");
              }).find("test: byte 3: expected the end of what the compression holds"),
              std::string::npos);
  }
}

TEST(ByteSource, SaysWhereBzip2Breaks) {
  const std::string two = kBracket + kDot;
  for (std::size_t size = 3; size < two.size(); ++size) {
    if (size == kBracket.size()) continue;
    EXPECT_NE(error_of([&] { read_all(two.substr(0, size)); }).find("cut short"), std::string::npos)
        << size;
  }
  EXPECT_NE(error_of([&] { read_all(kBracket + "no stream"); }).find("found damage"),
            std::string::npos);
}

}  // namespace
}  // namespace dinas
