#include "import/pickle_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "import/zip_archive.h"

namespace dinas {
namespace {

// torch.save before version 1.6: this number, a version and the system, each a pickle of its own,
// before the value. Behind it are the keys of the tensors' bytes, a list, and these bytes.
constexpr std::string_view kOldTorch("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.",
                                     15);
constexpr int kOldTorchHeads = 3;

std::size_t find_data(const ZipArchive& archive, const std::string& path) {
  const auto& members = archive.members();
  const auto found = std::ranges::find_if(members, [](const ZipMember& member) {
    const std::size_t slash = member.name.find('/');
    return slash != std::string::npos && member.name.substr(slash) == "/data.pkl";
  });
  if (found == members.end()) {
    throw Error(
        fmt::format("{}: expected an archive of torch.save with NAME/data.pkl, found {} "
                    "other members",
                    path, members.size()));
  }
  return static_cast<std::size_t>(found - members.begin());
}

// Checksums of compressed bytes are compared at their end.
void check_end(ByteReader& reader) {
  if (!reader.at_end()) reader.fail(reader.offset(), "expected the end, found more");
}

void with_value(const std::string& path, const std::function<void(ByteReader&)>& read) {
  if (is_zip(path)) {
    const ZipArchive archive = open_zip(path);
    const auto source = archive.open(archive.members()[find_data(archive, path)]);
    ByteReader reader(*source);
    read(reader);
    check_end(reader);
    return;
  }
  const auto source = open_bytes(path);
  ByteReader reader(*source);
  const bool old_torch = reader.begins_with(kOldTorch);
  for (int i = 0; old_torch && i < kOldTorchHeads; ++i) scan_pickle(reader);
  read(reader);
  if (old_torch) scan_pickle(reader);
  check_end(reader);
}

}  // namespace

PickleValue read_pickle_file(const std::string& path, PickleOptions options, PickleMemory memory) {
  PickleUses uses;
  if (memory == PickleMemory::kUsed) {
    with_value(path, [&](ByteReader& reader) { uses = scan_pickle(reader); });
    options.uses = &uses;
  }
  PickleValue value;
  with_value(path, [&](ByteReader& reader) { value = read_pickle(reader, options); });
  return value;
}

}  // namespace dinas
