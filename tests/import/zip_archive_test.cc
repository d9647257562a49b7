#include "import/zip_archive.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <sstream>

#include "import/support.h"

namespace dinas {
namespace {

using namespace std::string_literals;

std::string deflated(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string copy = text;
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

struct Member {
  std::string name;
  std::string text;
  std::string packed;
  int method = 0;
};

// As APPNOTE.TXT has it, no more than the reader looks at.
std::string zip(const std::vector<Member>& members) {
  std::string bytes;
  std::string directory;
  for (const Member& member : members) {
    const std::size_t offset = bytes.size();
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(member.text.data()),
                           static_cast<uInt>(member.text.size()));
    const std::string shared = little_endian(20, 2) + little_endian(0, 2) +
                               little_endian(static_cast<std::uint64_t>(member.method), 2) +
                               little_endian(0, 4) + little_endian(crc, 4) +
                               little_endian(member.packed.size(), 4) +
                               little_endian(member.text.size(), 4) +
                               little_endian(member.name.size(), 2) + little_endian(0, 2);
    bytes += "PK\x03\x04" + shared + member.name + member.packed;
    directory += "PK\x01\x02" + little_endian(20, 2) + shared + std::string(10, char{0}) +
                 little_endian(offset, 4) + member.name;
  }
  const std::size_t start = bytes.size();
  return bytes + directory + "PK\x05\x06" + little_endian(0, 4) + little_endian(members.size(), 2) +
         little_endian(members.size(), 2) + little_endian(directory.size(), 4) +
         little_endian(start, 4) + little_endian(0, 2);
}

ZipArchive open(const std::string& bytes) {
  return {std::make_unique<std::istringstream>(bytes), "test.zip"};
}

std::string content(const ZipArchive& archive, std::size_t member) {
  const auto source = archive.open(archive.members().at(member));
  std::string text;
  ByteReader reader(*source);
  while (!reader.at_end()) text += static_cast<char>(reader.byte("a byte"));
  return text;
}

const Member kStored{"a/stored.txt", "abc", "abc", 0};
const Member kDeflated{"packed", std::string(100000, 'x'), deflated(std::string(100000, 'x')), 8};

TEST(ZipArchive, ReadsStoredAndDeflatedMembers) {
  const ZipArchive archive = open(zip({kStored, kDeflated}));
  ASSERT_EQ(archive.members().size(), 2U);
  EXPECT_EQ(archive.members()[0].name, "a/stored.txt");
  EXPECT_EQ(content(archive, 1), kDeflated.text);
  EXPECT_EQ(content(archive, 0), "abc");
}

TEST(ZipArchive, SaysWhatIsWrong) {
  const std::string good = zip({kStored, kDeflated});
  EXPECT_NE(error_of([&] { open(good.substr(0, good.size() - 4)); }).find("test.zip: byte "),
            std::string::npos);
  EXPECT_NE(error_of([&] { open(""); }).find("expected a zip archive"), std::string::npos);
  std::string damaged = good;
  damaged[43] = 'X';  // the packed bytes of the first member are 42 to 44
  EXPECT_EQ(error_of([&] { content(open(damaged), 0); }),
            "test.zip/a/stored.txt: byte 3: expected the checksum of the archive, found another");
  EXPECT_EQ(content(open(damaged), 1), kDeflated.text);
  damaged[45] = 'X';  // where the second member begins, as the list says
  EXPECT_EQ(error_of([&] { content(open(damaged), 1); }),
            "test.zip: byte 45: expected 'packed', found no member");
  Member other = kStored;
  other.method = 99;
  EXPECT_NE(error_of([&] { open(zip({other})); }).find("packed otherwise"), std::string::npos);
}

TEST(ZipArchive, GivesNoMoreThanAnnounced) {
  Member bomb = kDeflated;
  bomb.text = "xxxx";  // says 4 bytes, unpacks to 100000
  EXPECT_EQ(content(open(zip({bomb})), 0), "xxxx");
  Member shorter = kDeflated;
  shorter.text += "y";
  EXPECT_NE(error_of([&] { content(open(zip({shorter})), 0); }).find("expected 100001 bytes"),
            std::string::npos);
}

TEST(ZipArchive, RefusesMembersThatShareBytes) {
  std::string bytes = zip({kStored, kStored});
  // The second entry of the list points at the first member: its offset are the last four bytes
  // before its name, which ends 22 bytes before the end.
  const std::size_t at = bytes.size() - 22 - kStored.name.size() - 4;
  bytes.replace(at, 4, little_endian(0, 4));
  EXPECT_NE(error_of([&] { open(bytes); }).find("two that share bytes"), std::string::npos);
}

}  // namespace
}  // namespace dinas
