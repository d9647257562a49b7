#include "import/tfrecord.h"

#include <gtest/gtest.h>

#include "import/support.h"

namespace dinas {
namespace {

using namespace std::string_literals;

// RFC 3720, B.4.
TEST(Crc32c, EqualsPublishedValues) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
}

std::uint64_t masked(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return static_cast<std::uint32_t>((crc >> 15U | crc << 17U) + 0xa282ead8U);
}

std::string framed(const std::string& record) {
  const std::string size = little_endian(record.size(), 8);
  return size + little_endian(masked(size), 4) + record + little_endian(masked(record), 4);
}

// The record "abc" byte by byte, its checksums worked out bit by bit in another language.
TEST(TfRecord, ReadsWhatOthersWrite) {
  const std::string bytes =
      "\x03\x00\x00\x00\x00\x00\x00\x00\xb0\x99\x49\x0e"s + "abc"s + "\x6e\x57\xf1\x21"s;
  const auto source = bytes_in_memory(bytes, "test");
  ByteReader reader(*source);
  std::string record;
  ASSERT_TRUE(read_tfrecord(reader, 10, record));
  EXPECT_EQ(record, "abc");
  EXPECT_FALSE(read_tfrecord(reader, 10, record));
}

TEST(TfRecord, ReadsRecordsInOrder) {
  const std::string bytes = framed("abc") + framed("") + framed("de");
  const auto source = bytes_in_memory(bytes, "test");
  ByteReader reader(*source);
  std::string record;
  ASSERT_TRUE(read_tfrecord(reader, 10, record));
  EXPECT_EQ(record, "abc");
  ASSERT_TRUE(read_tfrecord(reader, 10, record));
  EXPECT_EQ(record, "");
  ASSERT_TRUE(read_tfrecord(reader, 10, record));
  EXPECT_EQ(record, "de");
  EXPECT_FALSE(read_tfrecord(reader, 10, record));
}

std::string tfrecord_error(const std::string& bytes) {
  return error_of([&] {
    const auto source = bytes_in_memory(bytes, "test");
    ByteReader reader(*source);
    std::string record;
    while (read_tfrecord(reader, 10, record)) {
    }
  });
}

TEST(TfRecord, SaysWhereABrokenFileStops) {
  const std::string good = framed("abc") + framed("de");
  for (std::size_t size = 1; size < good.size(); ++size) {
    if (size == framed("abc").size()) continue;
    EXPECT_NE(tfrecord_error(good.substr(0, size)).find("cut short"), std::string::npos) << size;
  }
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string altered = good;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_NE(tfrecord_error(altered).find("expected the checksum"), std::string::npos) << i;
  }
  EXPECT_EQ(tfrecord_error(framed("12345678901")),
            "test: byte 0: expected a record of at most 10 bytes, found 11");
}

}  // namespace
}  // namespace dinas
