#include "import/byte_source.h"

#include <bzlib.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace dinas {
namespace {

class MemorySource : public ByteSource {
 public:
  MemorySource(std::string_view bytes, std::string name) : rest_(bytes), name_(std::move(name)) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t size = std::min(buffer.size(), rest_.size());
    std::copy_n(rest_.begin(), size, buffer.begin());
    rest_.remove_prefix(size);
    return size;
  }
  [[nodiscard]] const std::string& name() const override { return name_; }

 private:
  std::string_view rest_;
  std::string name_;
};

// zlib passes files without the gzip magic number through unchanged.
class FileSource : public ByteSource {
 public:
  explicit FileSource(const std::string& path)
      : file_(gzopen(path.c_str(), "rb"), gzclose), name_(path) {
    if (!file_) throw Error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  }
  std::size_t read(std::span<char> buffer) override {
    const int got = gzread(file_.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
    if (got > 0) return static_cast<std::size_t>(got);
    int code = Z_OK;
    const char* message = gzerror(file_.get(), &code);
    if (code == Z_OK || code == Z_STREAM_END) return 0;
    throw Error(fmt::format("cannot read {}: {} (is the file cut short?)", name_,
                            code == Z_ERRNO ? std::strerror(errno) : message));
  }
  [[nodiscard]] const std::string& name() const override { return name_; }

 private:
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
  std::string name_;
};

// A file may be several bzip2 streams, one behind the other.
class Bzip2Source : public ByteSource {
 public:
  explicit Bzip2Source(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), input_(1U << 16U) {
    start();
  }
  ~Bzip2Source() override { BZ2_bzDecompressEnd(&stream_); }
  Bzip2Source(const Bzip2Source&) = delete;
  Bzip2Source& operator=(const Bzip2Source&) = delete;

  std::size_t read(std::span<char> buffer) override {
    stream_.next_out = buffer.data();
    stream_.avail_out = static_cast<unsigned>(buffer.size());
    while (stream_.avail_out == buffer.size() && advance()) {
    }
    return buffer.size() - stream_.avail_out;
  }
  [[nodiscard]] const std::string& name() const override { return source_->name(); }

 private:
  void start() {
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) {
      throw Error(fmt::format("cannot read {}: no memory for bzip2", name()));
    }
    inside_ = true;
  }
  // One step; false at the end of the last stream.
  bool advance() {
    if (stream_.avail_in == 0 && !refill()) {
      if (!inside_) return false;
      fail("expected more bzip2 data, found the end (is the file cut short?)");
    }
    if (!inside_) {
      BZ2_bzDecompressEnd(&stream_);
      start();
    }
    const int code = BZ2_bzDecompress(&stream_);
    if (code == BZ_STREAM_END) {
      inside_ = false;
    } else if (code != BZ_OK) {
      fail(code == BZ_MEM_ERROR ? "no memory for bzip2" : "expected bzip2 data, found damage");
    }
    return true;
  }
  bool refill() {
    consumed_ += size_;
    size_ = source_->read(input_);
    stream_.next_in = input_.data();
    stream_.avail_in = static_cast<unsigned>(size_);
    return size_ > 0;
  }
  [[noreturn]] void fail(std::string_view message) const {
    throw Error(fmt::format("{}: byte {} of the compressed file: {}", name(),
                            consumed_ + size_ - stream_.avail_in, message));
  }

  std::unique_ptr<ByteSource> source_;
  std::vector<char> input_;
  std::size_t size_ = 0;        // of the input buffer
  std::uint64_t consumed_ = 0;  // before it
  bool inside_ = false;         // of a stream
  bz_stream stream_{};
};

class LimitedSource : public ByteSource {
 public:
  LimitedSource(std::unique_ptr<ByteSource> source, std::uint64_t most)
      : source_(std::move(source)), most_(most) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t got = source_->read(buffer);
    given_ += got;
    if (given_ > most_) {
      throw Error(
          fmt::format("{}: byte {}: expected the end of what the compression holds, found "
                      "more than is plausible for a file of its size",
                      name(), most_));
    }
    return got;
  }
  [[nodiscard]] const std::string& name() const override { return source_->name(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::uint64_t most_;
  std::uint64_t given_ = 0;
};

constexpr std::string_view kBzip2Magic = "BZh";

}  // namespace

std::unique_ptr<ByteSource> open_bytes(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    throw Error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  }
  if (S_ISDIR(info.st_mode)) {
    throw Error(fmt::format("cannot read {}: expected a file, found a folder", path));
  }
  if (!S_ISREG(info.st_mode)) {  // it is opened twice, and its size bounds what it unpacks to
    throw Error(fmt::format("cannot read {}: expected a file, found a pipe or device", path));
  }
  std::string magic(kBzip2Magic.size(), '\0');
  magic.resize(FileSource(path).read(magic));
  constexpr std::uint64_t plausible = 1000;
  constexpr std::uint64_t always = std::uint64_t{256} << 20U;
  const std::uint64_t most = always + plausible * static_cast<std::uint64_t>(info.st_size);
  std::unique_ptr<ByteSource> source = std::make_unique<FileSource>(path);
  if (magic == kBzip2Magic) source = std::make_unique<Bzip2Source>(std::move(source));
  return at_most(std::move(source), most);
}

std::unique_ptr<ByteSource> at_most(std::unique_ptr<ByteSource> source, std::uint64_t most) {
  return std::make_unique<LimitedSource>(std::move(source), most);
}

std::unique_ptr<ByteSource> bytes_in_memory(std::string_view bytes, std::string name) {
  auto source = std::make_unique<MemorySource>(bytes, std::move(name));
  if (!bytes.starts_with(kBzip2Magic)) return source;
  return std::make_unique<Bzip2Source>(std::move(source));
}

bool ByteReader::fill() {
  before_ += size_;
  position_ = 0;
  size_ = source_.read(buffer_);
  return size_ > 0;
}

bool ByteReader::at_end() { return position_ == size_ && !fill(); }

bool ByteReader::begins_with(std::string_view bytes) {
  return !at_end() && std::string_view(buffer_.data(), size_).substr(position_).starts_with(bytes);
}

std::uint8_t ByteReader::byte(std::string_view what) {
  if (at_end()) fail_short(what);
  return static_cast<std::uint8_t>(buffer_[position_++]);
}

std::uint64_t ByteReader::little_endian(int bytes, std::string_view what) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= std::uint64_t{byte(what)} << (8 * i);
  return value;
}

std::string ByteReader::text(std::uint64_t size, std::string_view what) {
  std::string bytes;
  while (bytes.size() < size) {
    if (at_end()) fail_short(what);
    const std::size_t step = std::min<std::uint64_t>(size - bytes.size(), size_ - position_);
    bytes.append(buffer_.data() + position_, step);
    position_ += step;
  }
  return bytes;
}

std::string ByteReader::line(std::string_view what) {
  constexpr std::size_t longest = 1024;
  const std::uint64_t begin = offset();
  std::string bytes;
  while (true) {
    const char next = static_cast<char>(byte(what));
    if (next == '\n') return bytes;
    if (bytes.size() == longest) {
      fail(begin, fmt::format("expected {}, found a line of more than {} bytes", what, longest));
    }
    bytes += next;
  }
}

void ByteReader::skip(std::uint64_t size, std::string_view what) {
  while (size > 0) {
    if (at_end()) fail_short(what);
    const std::size_t step = std::min<std::uint64_t>(size, size_ - position_);
    position_ += step;
    size -= step;
  }
}

void ByteReader::fail(std::uint64_t offset, std::string_view message) const {
  throw Error(fmt::format("{}: byte {}: {}", name(), offset, message));
}

void ByteReader::fail_short(std::string_view what) const {
  fail(offset(), fmt::format("expected {}, found the end (is the file cut short?)", what));
}

}  // namespace dinas
