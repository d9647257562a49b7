// TFRecord frames, and inside them messages of Protocol Buffers in base64.
#include "base/error.h"
#include "fuzz/target.h"
#include "import/tfrecord.h"
#include "import/wire.h"

namespace dinas {
namespace {

void read_message(std::string_view bytes, int depth) {
  WireReader reader(bytes);
  std::size_t size = 0;
  while (const auto field = reader.next()) {
    size += field->bytes.size();
    if (field->type == 2 && depth < 3) {
      try {
        read_message(field->bytes, depth + 1);
      } catch (const Error&) {  // bytes that are no message
      }
    }
  }
  DINAS_CHECK(size <= bytes.size());
}

}  // namespace

void fuzz_one(std::string_view input) {
  constexpr std::uint64_t longest = 1U << 16U;
  try {
    const auto source = bytes_in_memory(input, "fuzz");
    ByteReader reader(*source);
    std::string record;
    while (read_tfrecord(reader, longest, record)) {
      DINAS_CHECK(record.size() <= longest);
    }
  } catch (const Error& error) {
    DINAS_CHECK(std::string_view(error.what()).starts_with("fuzz: byte "));
  }
  // Checksums are hard to guess: the messages are tried without a frame too.
  try {
    read_message(input, 0);
    if (const auto bytes = decode_base64(input)) read_message(*bytes, 0);
  } catch (const Error&) {
  }
}

}  // namespace dinas
