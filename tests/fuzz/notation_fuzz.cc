// The notation and the rules of a built-in space, DINAS_FUZZ_SPACE.
#include "fuzz/properties.h"
#include "fuzz/target.h"

void dinas::fuzz_one(std::string_view input) {
  static const auto space = find_space(DINAS_FUZZ_SPACE);
  check_input(*space, input);
}
