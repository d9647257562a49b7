// A file of bytes read from its beginning, plain or .gz.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dinas {

/// Every failure is an Error with the path, the offset and the sizes.
class ByteFile {
 public:
  /// `path`, or `path`.gz where that is not there.
  explicit ByteFile(std::string path);

  /// Appends the next `size` bytes to `bytes`, which grows with what is read and not with what is
  /// asked for. `what` says in an error what the bytes were to be.
  void read(std::size_t size, const char* what, std::vector<std::uint8_t>& bytes);
  /// A big-endian number of four bytes.
  std::uint32_t read_number(const char* what);
  [[nodiscard]] bool at_end();
  /// Throws unless all has been read.
  void expect_end();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  [[noreturn]] void fail_reading();

  std::string path_;
  std::size_t offset_ = 0;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_{nullptr, gzclose};
};

}  // namespace dinas
