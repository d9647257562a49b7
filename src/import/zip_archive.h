// Zip archives (APPNOTE.TXT of PKWARE): members stored or deflated, read as a stream.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "import/byte_source.h"

namespace dinas {

struct ZipMember {
  std::string name;
  std::uint64_t offset = 0;  // of its local header
  std::uint64_t packed = 0;  // bytes
  std::uint64_t size = 0;    // bytes, unpacked
  std::uint32_t crc = 0;     // CRC-32 of the unpacked bytes
  int method = 0;            // 0 stored, 8 deflated
};

class ZipArchive {
 public:
  /// Reads the list of members, `bytes` from where they stand at. `name` is what messages call the
  /// archive. Throws Error with the offset for what is no archive, one cut short, one with members
  /// that share bytes, and for what is not read here: several disks, encryption, ZIP64.
  ZipArchive(std::unique_ptr<std::istream> bytes, std::string name);

  [[nodiscard]] const std::vector<ZipMember>& members() const { return members_; }

  /// The bytes of a member, one member at a time; named "ARCHIVE/MEMBER". At its end the size and
  /// the checksum are compared; no more bytes than the archive announces are ever given.
  [[nodiscard]] std::unique_ptr<ByteSource> open(const ZipMember& member) const;

 private:
  std::string bytes_at(std::uint64_t offset, std::size_t size) const;
  void read_directory(std::uint64_t offset, std::uint64_t size, std::size_t count);
  void check_apart() const;
  [[noreturn]] void fail(std::uint64_t offset, std::string_view message) const;

  std::unique_ptr<std::istream> bytes_;
  std::string name_;
  std::uint64_t size_ = 0;
  std::vector<ZipMember> members_;
};

/// The archive in a file.
ZipArchive open_zip(const std::string& path);

/// Does the file begin like an archive?
bool is_zip(const std::string& path);

}  // namespace dinas
