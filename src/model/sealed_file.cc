#include "model/sealed_file.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "model/tensor.h"

namespace dinas {
namespace {

constexpr int kVersion = 3;  // one digit

// Length first, so that no two lists of texts run together to the same bytes.
void append(std::string& all, std::string_view text) {
  all += fmt::format("{}:", text.size());
  all += text;
}

void check_version(const std::string& text) {
  if (text == std::to_string(kVersion)) return;
  const bool digits =
      !text.empty() && text.find_first_not_of("0123456789") == std::string::npos && text[0] != '0';
  if (!digits) throw Error("its metadata entry 'version' is not a version number");
  if (text.size() == 1 && text[0] < '0' + kVersion) {
    throw Error(fmt::format(
        "made by an older dinas (file version {}, this program reads {}): train it again", text,
        kVersion));
  }
  throw Error(
      fmt::format("made by a newer dinas (file version {}, this program reads {}): update "
                  "dinas to use it",
                  text, kVersion));
}

void check_seal(const SafetensorsFile& file, std::string_view format) {
  const auto found = file.metadata.find("format");
  if (found == file.metadata.end()) {
    throw Error(
        fmt::format("not a {} file: its metadata has no entry 'format' (a safetensors file "
                    "of another program?)",
                    format));
  }
  if (found->second != format) {
    throw Error(fmt::format("not a {0} file: its metadata entry 'format' is '{1}', expected '{0}'",
                            format, found->second));
  }
  check_version(metadata_text(file, "version"));
  if (metadata_text(file, "checksum") != content_checksum(file)) {
    throw Error("the file was altered or damaged: its content does not match its checksum");
  }
}

}  // namespace

void write_sealed(const std::string& path, std::string_view format, SafetensorsFile file) {
  file.metadata["format"] = format;
  file.metadata["version"] = std::to_string(kVersion);
  file.metadata["checksum"] = content_checksum(file);
  std::string bytes;
  try {
    bytes = print_safetensors(file);
  } catch (const Error& e) {
    throw Error(path + ": cannot be written: " + e.what());
  }
  write_file(path, bytes);
}

SafetensorsFile read_sealed(const std::string& path, std::string_view format) {
  SafetensorsFile file = parse_safetensors(read_file(path), path);
  try {
    check_seal(file, format);
  } catch (const Error& e) {
    throw Error(path + ": " + e.what());
  }
  return file;
}

const std::string& metadata_text(const SafetensorsFile& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) {
    throw Error(fmt::format("its metadata entry '{}' is missing", key));
  }
  return found->second;
}

std::string content_checksum(const SafetensorsFile& file) {
  std::string all;
  for (const auto& [key, text] : file.metadata) {
    if (key == "checksum") continue;
    append(all, key);
    append(all, text);
  }
  for (const auto& [name, tensor] : file.tensors) {
    append(all, name);
    append(all, tensor.dtype);
    append(all, print_shape(tensor.shape));
    append(all, fmt::format("{:016x}", hash_bytes(tensor.bytes)));
  }
  return fmt::format("{:016x}", hash_bytes(all));
}

}  // namespace dinas
