#include "table/table_cache.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "table/table_bytes.h"

namespace dinas {
namespace {

namespace fs = std::filesystem;

// What table files mean, what classes are and how both are kept: a hash of all source code that
// decides on it (CMakeLists.txt). Another build of the same code makes the same caches.
constexpr std::uint64_t kCode = DINAS_TABLE_CODE;
constexpr std::uint64_t kMagic = 0x0a62617453414e44U;  // "DNAStab\n" on a little-endian machine

// A file's state as the system has it: one of these changes with every write.
struct Stamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::uint64_t modified_ns = 0;
  std::uint64_t changed_ns = 0;
  bool operator==(const Stamp&) const = default;
};

std::uint64_t nanoseconds(const timespec& time) {
  constexpr std::uint64_t second = 1'000'000'000U;
  return static_cast<std::uint64_t>(time.tv_sec) * second +
         static_cast<std::uint64_t>(time.tv_nsec);
}

std::optional<Stamp> stamp_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return Stamp{info.st_dev, info.st_ino, static_cast<std::uint64_t>(info.st_size),
               nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)};
}

// A write within the clock's step after the last one leaves no trace in the times.
bool is_settled(const Stamp& stamp) {
  constexpr std::uint64_t seconds = 2;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return stamp.changed_ns + seconds * 1'000'000'000U < nanoseconds(now);
}

std::uint64_t hash_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string chunk(1U << 18U, '\0');
  ByteHash hash;
  while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), file.gcount() > 0) {
    for (std::streamsize i = 0; i < file.gcount(); ++i) {
      hash.add(static_cast<unsigned char>(chunk[static_cast<std::size_t>(i)]));
    }
  }
  return hash.value();
}

// All in front of the table's own bytes.
struct Head {
  std::uint64_t magic = kMagic;
  std::uint64_t code = kCode;
  std::uint64_t key = 0;       // hash of space and path (as given too: notices quote it)
  std::uint64_t checksum = 0;  // of all behind it
  Stamp stamp;
  std::uint64_t content = 0;  // hash of the file's bytes
};
struct HeadBytes {
  std::array<std::uint64_t, 10> words;
};
constexpr std::size_t kChecked = 4 * sizeof(std::uint64_t);  // where the checksum begins

HeadBytes to_bytes(const Head& head) {
  return {{head.magic, head.code, head.key, head.checksum, head.stamp.device, head.stamp.inode,
           head.stamp.size, head.stamp.modified_ns, head.stamp.changed_ns, head.content}};
}

Head from_bytes(const HeadBytes& bytes) {
  const auto& w = bytes.words;
  return {w[0], w[1], w[2], w[3], {w[4], w[5], w[6], w[7], w[8]}, w[9]};
}

std::uint64_t checksum_of(std::string_view bytes) {
  // zlib takes bytes as unsigned characters.
  return crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

class CacheFile {
 public:
  CacheFile(const TableCache& cache, const std::string& source, const Space& space)
      : source_(source), space_(space) {
    std::error_code ignored;
    const std::string whole = fs::weakly_canonical(source, ignored).string();
    key_ = hash_bytes(
        fmt::format("{}\n{}\n{}\n{}", space.name(), hash_bytes(space.definition()), source, whole));
    path_ = fmt::format("{}/{:016x}.table", cache.folder, key_);
  }

  [[nodiscard]] std::optional<FileTable> read() const {
    const auto kept = stamp_of(path_);
    if (!kept) return std::nullopt;
    std::ifstream file(path_, std::ios::binary);
    const auto buffer = std::make_unique_for_overwrite<char[]>(kept->size);
    file.read(buffer.get(), static_cast<std::streamsize>(kept->size));
    const std::string_view bytes(buffer.get(), kept->size);
    HeadBytes words{};
    if (!file || bytes.size() < sizeof(words)) return std::nullopt;
    std::memcpy(&words, bytes.data(), sizeof(words));
    const Head head = from_bytes(words);
    const auto body = bytes.substr(sizeof(words));
    if (head.magic != kMagic || head.code != kCode || head.key != key_) return std::nullopt;
    if (checksum_of(bytes.substr(kChecked)) != head.checksum) return std::nullopt;
    const auto stamp = stamp_of(source_);
    if (!stamp || stamp->size != head.stamp.size) return std::nullopt;
    const bool same = *stamp == head.stamp;
    if (!same && hash_of_file(source_) != head.content) return std::nullopt;
    auto table = parse_file_table(body, space_);
    if (!table) return std::nullopt;
    table->file = source_;
    if (!same) write(body, head.content, *stamp);
    return table;
  }

  // `stamp` is that of before the source was read.
  void write(const FileTable& table, const Stamp& stamp) const {
    const std::uint64_t content = hash_of_file(source_);
    if (stamp_of(source_) != stamp) return;  // it changed meanwhile
    write(print_file_table(table), content, stamp);
  }

 private:
  void write(std::string_view body, std::uint64_t content, const Stamp& stamp) const {
    Head head;
    head.key = key_;
    head.stamp = stamp;
    if (!is_settled(stamp)) head.stamp.changed_ns = 0;  // the content will tell
    head.content = content;
    try {
      const HeadBytes unchecked = to_bytes(head);
      std::string bytes(sizeof(unchecked), '\0');
      std::memcpy(bytes.data(), &unchecked, sizeof(unchecked));
      bytes += body;
      head.checksum = checksum_of(std::string_view(bytes).substr(kChecked));
      const HeadBytes words = to_bytes(head);
      std::memcpy(bytes.data(), &words, sizeof(words));
      const fs::path folder = fs::path(path_).parent_path();
      fs::create_directories(folder.parent_path());
      ::mkdir(folder.c_str(), S_IRWXU);  // for nobody else's eyes; it is there mostly
      write_file(path_, bytes);
    } catch (const Error&) {  // no room, no permission: the next time takes as long as this one
    } catch (const fs::filesystem_error&) {
    } catch (const std::bad_alloc&) {
    }
  }

  std::string source_;
  const Space& space_;
  std::uint64_t key_ = 0;
  std::string path_;
};

}  // namespace

FileTable read_cached_table(const std::string& path, const Space& space, const TableCache& cache) {
  const auto stamp = stamp_of(path);
  if (cache.folder.empty() || !stamp) return read_file_table(path, space);
  const CacheFile file(cache, path, space);
  try {
    if (auto table = file.read()) return std::move(*table);
  } catch (const std::bad_alloc&) {  // a cache of any size: the file itself may fit
  } catch (const std::length_error&) {
  }
  FileTable table = read_file_table(path, space);
  if (table.architectures.size() >= cache.least_rows) file.write(table, *stamp);
  return table;
}

}  // namespace dinas
