#include "import/zip_archive.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace dinas {
namespace {

constexpr std::string_view kLocalMagic = "PK\x03\x04";
constexpr std::string_view kDirectoryMagic = "PK\x01\x02";
constexpr std::string_view kEndMagic = "PK\x05\x06";
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kDirectorySize = 46;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kLongestComment = 65535;
constexpr int kDeflated = 8;

std::uint32_t number_at(std::string_view bytes, std::size_t offset, int size) {
  std::uint32_t value = 0;
  for (int i = 0; i < size; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[offset + static_cast<std::size_t>(i)]);
    value |= std::uint32_t{byte} << (8 * i);
  }
  return value;
}

// The packed bytes, unpacked with raw deflate where the member says so.
class MemberSource : public ByteSource {
 public:
  MemberSource(std::istream& bytes, const ZipMember& member, std::string name)
      : bytes_(bytes),
        member_(member),
        name_(std::move(name)),
        input_(1U << 16U),
        packed_left_(member.packed) {
    if (member_.method == kDeflated && inflateInit2(&stream_, -MAX_WBITS) != Z_OK) {
      throw Error(fmt::format("cannot read {}: no memory to unpack it", name_));
    }
  }
  ~MemberSource() override {
    if (member_.method == kDeflated) inflateEnd(&stream_);
  }
  MemberSource(const MemberSource&) = delete;
  MemberSource& operator=(const MemberSource&) = delete;

  std::size_t read(std::span<char> buffer) override {
    const std::uint64_t left = member_.size - given_;
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), left);
    if (wanted == 0) {
      if (crc_ != member_.crc) fail("expected the checksum of the archive, found another");
      return 0;
    }
    const std::size_t got = unpack(buffer.first(wanted));
    if (got == 0) fail(fmt::format("expected {} bytes, found {}", member_.size, given_));
    given_ += got;
    // zlib takes bytes as unsigned characters.
    crc_ = crc32(crc_, reinterpret_cast<const Bytef*>(buffer.data()), static_cast<uInt>(got));
    return got;
  }
  [[nodiscard]] const std::string& name() const override { return name_; }

 private:
  std::size_t unpack(std::span<char> buffer) {
    if (member_.method != kDeflated) return read_packed(buffer);
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(buffer.size());
    while (stream_.avail_out == buffer.size() && !ended_) {
      if (stream_.avail_in == 0) {
        stream_.avail_in = static_cast<uInt>(read_packed(input_));
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
      }
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code == Z_STREAM_END) {
        ended_ = true;
      } else if (code != Z_OK) {
        fail("expected deflated data, found damage");
      }
    }
    return buffer.size() - stream_.avail_out;
  }
  std::size_t read_packed(std::span<char> buffer) {
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), packed_left_);
    bytes_.read(buffer.data(), static_cast<std::streamsize>(wanted));
    const auto got = static_cast<std::size_t>(bytes_.gcount());
    packed_left_ -= got;
    return got;
  }
  [[noreturn]] void fail(std::string_view message) const {
    throw Error(fmt::format("{}: byte {}: {}", name_, given_, message));
  }

  std::istream& bytes_;
  ZipMember member_;
  std::string name_;
  std::vector<char> input_;
  std::uint64_t packed_left_;
  std::uint64_t given_ = 0;
  uLong crc_ = crc32(0, nullptr, 0);
  bool ended_ = false;
  z_stream stream_{};
};

}  // namespace

ZipArchive::ZipArchive(std::unique_ptr<std::istream> bytes, std::string name)
    : bytes_(std::move(bytes)), name_(std::move(name)) {
  bytes_->seekg(0, std::ios::end);
  size_ = static_cast<std::uint64_t>(std::max<std::streamoff>(0, bytes_->tellg()));
  const std::uint64_t tail = std::min<std::uint64_t>(size_, kEndSize + kLongestComment);
  const std::string end = bytes_at(size_ - tail, tail);
  const std::size_t at = end.rfind(kEndMagic);
  if (at == std::string::npos || end.size() - at < kEndSize) {
    fail(size_,
         "expected a zip archive, found no list of its members at its end (is the file cut "
         "short?)");
  }
  const std::uint64_t offset = size_ - tail + at;
  const std::uint32_t count = number_at(end, at + 10, 2);
  if (number_at(end, at + 4, 4) != 0 || number_at(end, at + 8, 2) != count) {
    fail(offset, "expected an archive in one piece, found one of several disks");
  }
  const std::uint32_t start = number_at(end, at + 16, 4);
  if (count == 0xffffU || start == 0xffffffffU) {
    fail(offset, "expected a zip archive, found a ZIP64 one; unpack it and give its files");
  }
  read_directory(start, number_at(end, at + 12, 4), count);
  check_apart();
}

std::string ZipArchive::bytes_at(std::uint64_t offset, std::size_t size) const {
  if (offset > size_ || size > size_ - offset) {
    fail(size_, fmt::format("expected {} bytes at {}, found the end (is the file cut short?)", size,
                            offset));
  }
  std::string bytes(size, '\0');
  bytes_->clear();
  bytes_->seekg(static_cast<std::streamoff>(offset));
  bytes_->read(bytes.data(), static_cast<std::streamsize>(size));
  if (static_cast<std::size_t>(bytes_->gcount()) != size) fail(offset, "cannot read");
  return bytes;
}

void ZipArchive::read_directory(std::uint64_t offset, std::uint64_t size, std::size_t count) {
  const std::string bytes = bytes_at(offset, size);
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (bytes.size() - at < kDirectorySize ||
        std::string_view(bytes).substr(at, kDirectoryMagic.size()) != kDirectoryMagic) {
      fail(offset + at, fmt::format("expected member {} of {}, found none", i + 1, count));
    }
    const std::size_t name = number_at(bytes, at + 28, 2);
    const std::size_t next =
        at + kDirectorySize + name + number_at(bytes, at + 30, 2) + number_at(bytes, at + 32, 2);
    if (next > bytes.size()) fail(offset + at, "expected a member, found half of one");
    ZipMember member;
    member.name = bytes.substr(at + kDirectorySize, name);
    member.method = static_cast<int>(number_at(bytes, at + 10, 2));
    member.crc = number_at(bytes, at + 16, 4);
    member.packed = number_at(bytes, at + 20, 4);
    member.size = number_at(bytes, at + 24, 4);
    member.offset = number_at(bytes, at + 42, 4);
    const bool encrypted = (number_at(bytes, at + 8, 2) & 1U) != 0;
    if (encrypted || (member.method != 0 && member.method != kDeflated)) {
      fail(offset + at,
           fmt::format("expected '{}' stored or deflated, found it {}", shown(member.name),
                       encrypted ? "encrypted" : "packed otherwise"));
    }
    members_.push_back(std::move(member));
    at = next;
  }
}

// A small archive whose members share bytes can unpack to any size.
void ZipArchive::check_apart() const {
  std::vector<const ZipMember*> order;
  for (const ZipMember& member : members_) order.push_back(&member);
  std::ranges::sort(order, {}, &ZipMember::offset);
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i]->offset < order[i - 1]->offset + kLocalSize + order[i - 1]->packed) {
      fail(order[i]->offset, "expected members beside each other, found two that share bytes");
    }
  }
}

std::unique_ptr<ByteSource> ZipArchive::open(const ZipMember& member) const {
  const std::string head = bytes_at(member.offset, kLocalSize);
  if (!std::string_view(head).starts_with(kLocalMagic)) {
    fail(member.offset, fmt::format("expected '{}', found no member", shown(member.name)));
  }
  const std::uint64_t begin =
      member.offset + kLocalSize + number_at(head, 26, 2) + number_at(head, 28, 2);
  if (begin > size_ || member.packed > size_ - begin) {
    fail(member.offset, fmt::format("expected the {} bytes of '{}', found the end", member.packed,
                                    shown(member.name)));
  }
  bytes_->clear();
  bytes_->seekg(static_cast<std::streamoff>(begin));
  return std::make_unique<MemberSource>(*bytes_, member,
                                        fmt::format("{}/{}", name_, printable(member.name)));
}

void ZipArchive::fail(std::uint64_t offset, std::string_view message) const {
  throw Error(fmt::format("{}: byte {}: {}", name_, offset, message));
}

ZipArchive open_zip(const std::string& path) {
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) throw Error(fmt::format("cannot read {}", path));
  return {std::move(file), path};
}

bool is_zip(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;  // a pipe would be waited for
  std::string magic(kLocalMagic.size(), '\0');
  std::ifstream(path, std::ios::binary)
      .read(magic.data(), static_cast<std::streamsize>(magic.size()));
  return magic == kLocalMagic;
}

}  // namespace dinas
