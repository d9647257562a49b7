// The container of model files and checkpoints.
#include "base/error.h"
#include "fuzz/target.h"
#include "model/sealed_file.h"

namespace dinas {
namespace {

SafetensorsFile read(std::string_view bytes) {
  try {
    return parse_safetensors(bytes, "fuzz");
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

void fuzz_one(std::string_view input) {
  const SafetensorsFile file = read(input);
  const std::string written = print_safetensors(file);
  DINAS_CHECK(print_safetensors(parse_safetensors(written, "fuzz")) == written);
  static_cast<void>(content_checksum(file));
}

}  // namespace dinas
