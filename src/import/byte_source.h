// Bytes in order, a piece at a time: files of any size are read in bounded memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dinas {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills the front of `buffer` with the next bytes and returns how many; 0 only at the end.
  /// Throws Error with the file for a failure to read and for damaged compression.
  virtual std::size_t read(std::span<char> buffer) = 0;
  /// What messages call the bytes.
  [[nodiscard]] virtual const std::string& name() const = 0;
};

/// The bytes of a file, decompressed where it begins with the magic number of gzip or bzip2. Throws
/// Error for a file that cannot be read, and after the first 256 MiB for one that unpacks to more
/// than 1000 times its size: bzip2 makes a terabyte of zeros a file of a megabyte.
std::unique_ptr<ByteSource> open_bytes(const std::string& path);

/// Bytes in memory, which must outlive the source, decompressed in the same way (bzip2 only).
std::unique_ptr<ByteSource> bytes_in_memory(std::string_view bytes, std::string name);

/// `source` up to `most` bytes; its read throws Error with the offset for more.
std::unique_ptr<ByteSource> at_most(std::unique_ptr<ByteSource> source, std::uint64_t most);

/// A buffer before a source, with the position for messages. Everything that ends too early or does
/// not hold what was expected is an Error that names the bytes and the offset (in what the
/// compression held, from 0).
class ByteReader {
 public:
  explicit ByteReader(ByteSource& source) : source_(source), buffer_(kBuffer) {}

  [[nodiscard]] bool at_end();
  /// Are these the next bytes? (Of the first ones of a source.)
  [[nodiscard]] bool begins_with(std::string_view bytes);
  [[nodiscard]] std::uint64_t offset() const { return before_ + position_; }
  [[nodiscard]] const std::string& name() const { return source_.name(); }

  /// `what` is what the bytes are, for the message where they are missing.
  std::uint8_t byte(std::string_view what);
  /// An unsigned number of 1 to 8 bytes, lowest first.
  std::uint64_t little_endian(int bytes, std::string_view what);
  /// The next `size` bytes; memory grows with the bytes that are there, whatever `size` claims.
  std::string text(std::uint64_t size, std::string_view what);
  /// Up to the next line feed, which is read and left out. At most 1024 bytes.
  std::string line(std::string_view what);
  /// Passes over bytes.
  void skip(std::uint64_t size, std::string_view what);

  [[noreturn]] void fail(std::uint64_t offset, std::string_view message) const;

 private:
  static constexpr std::size_t kBuffer = 1U << 16U;
  bool fill();
  [[noreturn]] void fail_short(std::string_view what) const;

  ByteSource& source_;
  std::vector<char> buffer_;
  std::size_t position_ = 0;
  std::size_t size_ = 0;
  std::uint64_t before_ = 0;  // offset of the buffer
};

}  // namespace dinas
