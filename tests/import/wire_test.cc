#include "import/wire.h"

#include <gtest/gtest.h>

#include <bit>

#include "import/support.h"

namespace dinas {
namespace {

using namespace std::string_literals;

// The examples of the encoding guide of Protocol Buffers: field 1 = 150, field 2 = "testing".
TEST(WireReader, ReadsTheExamplesOfTheGuide) {
  WireReader reader("\x08\x96\x01\x12\x07testing");
  auto field = reader.next();
  ASSERT_TRUE(field);
  EXPECT_EQ(field->number, 1U);
  EXPECT_EQ(field->type, 0);
  EXPECT_EQ(field->value, 150U);
  field = reader.next();
  ASSERT_TRUE(field);
  EXPECT_EQ(field->number, 2U);
  EXPECT_EQ(field->bytes, "testing");
  EXPECT_FALSE(reader.next());
}

TEST(WireReader, ReadsFixedWidths) {
  const std::string message =
      "\x09"s + "\x00\x00\x00\x00\x00\x00\xf8\x3f"s + "\x15\x01\x00\x00\x00"s;
  WireReader reader(message);
  EXPECT_EQ(std::bit_cast<double>(reader.next()->value), 1.5);
  EXPECT_EQ(reader.next()->value, 1U);
}

TEST(WireReader, RefusesWhatIsNoMessage) {
  for (const std::string& message : {"\x08"s, "\x08\x96"s, "\x12\x07test"s, "\x09\x00"s,
                                     "\x00\x01"s, "\x0b"s, "\x08"s + std::string(11, '\xff')}) {
    EXPECT_THROW(
        {
          WireReader reader(message);
          while (reader.next()) {
          }
        },
        Error);
  }
}

// RFC 4648, 10.
TEST(Base64, EqualsThePublishedVectors) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9v\nYmFy\n"), "foobar");
  EXPECT_EQ(decode_base64("+/+/"), "\xfb\xff\xbf");
  for (const char* text : {"Z", "Zg=", "Z===", "Zg==Zg==", "Zm9-"}) {
    EXPECT_FALSE(decode_base64(text)) << text;
  }
}

}  // namespace
}  // namespace dinas
