#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/error.h"

namespace dinas {
namespace {

std::string reason() { return std::strerror(errno); }

void write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw Error("cannot write " + path + ": " + reason());
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Descriptors of this process by name: a new file beside them would replace the link, not reach
// what the descriptor is open on.
bool names_descriptor(const std::string& path) {
  return path == "/dev/stdout" || path == "/dev/stderr" || path.starts_with("/dev/fd/") ||
         path.starts_with("/proc/self/fd/");
}

bool is_special(const std::string& path) {
  if (names_descriptor(path)) return true;
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

// Owns a descriptor and, until commit(), the temporary file behind it.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& target)
      : target_(target), path_(target + ".tmp-" + std::to_string(::getpid())) {
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd_ < 0) throw Error("cannot write " + target + ": " + reason());
  }
  ~TemporaryFile() {
    if (fd_ >= 0) ::close(fd_);
    if (!committed_) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void commit(std::string_view bytes) {
    write_all(fd_, bytes, target_);
    if (::fsync(fd_) != 0) throw Error("cannot write " + target_ + ": " + reason());
    const int status = ::close(fd_);
    fd_ = -1;
    if (status != 0) throw Error("cannot write " + target_ + ": " + reason());
    if (::rename(path_.c_str(), target_.c_str()) != 0) {
      throw Error("cannot write " + target_ + ": " + reason());
    }
    committed_ = true;
  }

 private:
  std::string target_;
  std::string path_;
  int fd_ = -1;
  bool committed_ = false;
};

}  // namespace

std::string read_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) throw Error("cannot read " + path + ": " + reason());
  if (S_ISDIR(info.st_mode)) throw Error("cannot read " + path + ": it is a folder");
  // zlib passes files without the gzip magic number through unchanged.
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) throw Error("cannot read " + path + ": " + reason());
  std::string bytes;
  std::string chunk(1 << 18, '\0');
  int got = 0;
  while ((got = gzread(file.get(), chunk.data(), static_cast<unsigned>(chunk.size()))) > 0) {
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
  }
  int code = Z_OK;
  const char* message = gzerror(file.get(), &code);
  if (code != Z_OK && code != Z_STREAM_END) {
    throw Error("cannot read " + path + ": " + (code == Z_ERRNO ? reason() : message) +
                " (is the file cut short?)");
  }
  return bytes;
}

std::string gzip(std::string_view bytes) {
  constexpr int with_gzip_header = 16;
  constexpr int default_memory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + with_gzip_header,
                   default_memory, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error("cannot compress: no memory");
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream, deflateEnd);
  std::string packed;
  std::string chunk(1 << 18, '\0');
  constexpr std::size_t step = std::size_t{1} << 30U;  // zlib counts in 32 bits
  do {
    const std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    // zlib does not change what it reads, and takes it as unsigned characters.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(piece.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
      stream.avail_out = static_cast<uInt>(chunk.size());
      deflate(&stream, bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
      packed.append(chunk.data(), chunk.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  } while (!bytes.empty());
  return packed;
}

void write_file(const std::string& path, std::string_view bytes) {
  if (is_special(path)) {
    // Appending: behind what has already gone to a redirected standard output.
    const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0) throw Error("cannot write " + path + ": " + reason());
    const std::unique_ptr<const int, void (*)(const int*)> closer(
        &fd, [](const int* f) { ::close(*f); });
    write_all(fd, bytes, path);
    return;
  }
  TemporaryFile(path).commit(bytes);
}

}  // namespace dinas
