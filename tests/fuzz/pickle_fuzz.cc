// Pickles, plain and compressed: a value, or an Error that says where; scanning and reading agree.
#include "base/error.h"
#include "fuzz/target.h"
#include "import/pickle.h"

namespace dinas {
namespace {

constexpr std::uint64_t kMemory = std::uint64_t{16} << 20U;

bool read(std::string_view input, const PickleUses* uses) {
  PickleOptions options;
  options.memory_limit = kMemory;
  options.uses = uses;
  options.reduce = [](PickleDict& dict, std::uint64_t) {
    if (dict.find("drop")) dict.entries.clear();
  };
  try {
    const auto source = bytes_in_memory(input, "fuzz");
    ByteReader reader(*source);
    read_pickle(reader, options);
    return true;
  } catch (const Error& error) {
    DINAS_CHECK(std::string_view(error.what()).starts_with("fuzz: byte "));
    return false;
  }
}

}  // namespace

void fuzz_one(std::string_view input) {
  const bool whole = read(input, nullptr);
  PickleUses uses;
  try {
    const auto source = bytes_in_memory(input, "fuzz");
    ByteReader reader(*source);
    uses = scan_pickle(reader);
  } catch (const Error&) {
    return;  // numbers for what is noted that Python would not give
  }
  DINAS_CHECK(!whole || read(input, &uses));
}

}  // namespace dinas
