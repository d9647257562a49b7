// Zip archives: every member is what the archive announces, or an Error.
#include <sstream>

#include "base/error.h"
#include "fuzz/target.h"
#include "import/zip_archive.h"

void dinas::fuzz_one(std::string_view input) {
  constexpr std::uint64_t longest = std::uint64_t{1} << 20U;
  try {
    const ZipArchive archive(std::make_unique<std::istringstream>(std::string(input)), "fuzz");
    for (const ZipMember& member : archive.members()) {
      if (member.size > longest) continue;
      const auto source = archive.open(member);
      ByteReader reader(*source);
      std::uint64_t size = 0;
      while (!reader.at_end()) {
        reader.skip(1, "a byte");
        ++size;
      }
      DINAS_CHECK(size == member.size);
    }
  } catch (const Error& error) {
    DINAS_CHECK(std::string_view(error.what()).starts_with("fuzz"));
  }
}
