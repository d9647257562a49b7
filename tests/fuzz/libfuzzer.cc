#include <cstddef>
#include <cstdint>

#include "fuzz/target.h"

// The name is libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Bytes are characters: the cast is the one the standard allows.
  dinas::fuzz_one({reinterpret_cast<const char*>(data), size});
  return 0;
}
