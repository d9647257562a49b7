// The configuration of a model file: one that is read is written and read back as the same.
#include "base/error.h"
#include "fuzz/target.h"
#include "model/config.h"
#include "model/strict_json.h"

void dinas::fuzz_one(std::string_view input) {
  try {
    const auto written = to_json(config_from_json(parse_strict_json(input)));
    DINAS_CHECK(to_json(config_from_json(parse_strict_json(print_json(written)))) == written);
  } catch (const Error&) {
  }
}
