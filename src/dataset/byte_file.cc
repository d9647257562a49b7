#include "dataset/byte_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::size_t kChunk = 1U << 20U;

}  // namespace

ByteFile::ByteFile(std::string path) : path_(std::move(path)) {
  std::error_code ignored;
  if (!std::filesystem::exists(path_, ignored) && std::filesystem::exists(path_ + ".gz", ignored)) {
    path_ += ".gz";
  }
  file_.reset(gzopen(path_.c_str(), "rb"));
  if (!file_) throw Error(fmt::format("cannot read {}: {}", path_, std::strerror(errno)));
}

void ByteFile::fail_reading() {
  int code = Z_OK;
  const char* message = gzerror(file_.get(), &code);
  throw Error(fmt::format("cannot read {} after byte {}: {}", path_, offset_,
                          code == Z_ERRNO ? std::strerror(errno) : message));
}

void ByteFile::read(std::size_t size, const char* what, std::vector<std::uint8_t>& bytes) {
  const std::size_t begin = bytes.size();
  while (bytes.size() - begin < size) {
    const std::size_t had = bytes.size();
    const std::size_t step = std::min(kChunk, size - (had - begin));
    bytes.resize(had + step);
    const int got = gzread(file_.get(), bytes.data() + had, static_cast<unsigned>(step));
    if (got < 0) fail_reading();
    bytes.resize(had + static_cast<std::size_t>(got));
    offset_ += static_cast<std::size_t>(got);
    if (got == 0) {
      throw Error(
          fmt::format("{} is cut short: it ends after {} bytes, {} of the {} bytes of {} "
                      "are missing; copy or download it again",
                      path_, offset_, size - (bytes.size() - begin), size, what));
    }
  }
}

std::uint32_t ByteFile::read_number(const char* what) {
  std::vector<std::uint8_t> bytes;
  read(4, what, bytes);
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return number;
}

bool ByteFile::at_end() {
  const int next = gzgetc(file_.get());
  if (next < 0 && gzeof(file_.get()) == 0) fail_reading();
  if (next >= 0) gzungetc(next, file_.get());
  return next < 0;
}

void ByteFile::expect_end() {
  if (!at_end()) {
    throw Error(
        fmt::format("{} goes on after byte {}, where its contents should end: it is not "
                    "the file its beginning says",
                    path_, offset_));
  }
}

}  // namespace dinas
