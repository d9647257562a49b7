#include "model/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "model/strict_json.h"
#include "model/tensor.h"

namespace dinas {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "tensors are copied as they stand");

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeader = 100'000'000;  // the format's own limit
constexpr const char* kMetadata = "__metadata__";

// Bytes of one element.
std::int64_t element_size(const std::string& dtype) {
  static const std::map<std::string, std::int64_t> kSizes = {
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1},
      {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},    {"I32", 4},
      {"U32", 4},  {"F32", 4}, {"F64", 8}, {"I64", 8},     {"U64", 8}};
  const auto found = kSizes.find(dtype);
  if (found == kSizes.end()) throw Error(fmt::format("unknown element type '{}'", dtype));
  return found->second;
}

std::int64_t byte_count(const std::string& dtype, const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> sizes = shape;
  sizes.push_back(element_size(dtype));
  return element_count(sizes);
}

struct Entry {
  std::string name;
  RawTensor tensor;  // without its bytes
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

std::vector<std::int64_t> integers(JsonFields& fields, const std::string& name) {
  std::vector<std::int64_t> result;
  const json& list = fields.list(name);
  for (const json& item : list) {
    const bool fits = item.is_number_unsigned() && item.get<std::uint64_t>() <= INT64_MAX;
    if (!fits) fields.fail(name, "a list of non-negative 64-bit integers", item);
    result.push_back(item.get<std::int64_t>());
  }
  return result;
}

Entry read_entry(const std::string& name, const json& value, std::int64_t data_bytes) {
  JsonFields fields(value);
  Entry entry;
  entry.name = name;
  entry.tensor.dtype = fields.text("dtype");
  entry.tensor.shape = integers(fields, "shape");
  const std::vector<std::int64_t> offsets = integers(fields, "data_offsets");
  fields.expect_no_more();
  if (offsets.size() != 2 || offsets[0] > offsets[1]) {
    throw Error("'data_offsets' must be two numbers in ascending order");
  }
  if (offsets[1] > data_bytes) {
    throw Error(fmt::format("its data ends at byte {}, but the file holds {} bytes of data",
                            offsets[1], data_bytes));
  }
  entry.begin = offsets[0];
  entry.end = offsets[1];
  const std::int64_t needed = byte_count(entry.tensor.dtype, entry.tensor.shape);
  if (entry.end - entry.begin != needed) {
    throw Error(fmt::format("type {} and shape {} need {} bytes, its offsets hold {}",
                            entry.tensor.dtype, print_shape(entry.tensor.shape), needed,
                            entry.end - entry.begin));
  }
  return entry;
}

std::map<std::string, std::string> read_metadata(const json& value) {
  JsonFields fields(value, kMetadata);
  std::map<std::string, std::string> metadata;
  for (const auto& [key, text] : value.items()) metadata[key] = fields.text(key);
  return metadata;
}

// The tensors must fill the data exactly: no overlap, no gap, nothing left over.
void check_cover(std::vector<Entry>& entries, std::int64_t data_bytes) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::int64_t position = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != position) {
      throw Error(fmt::format("the data of tensor '{}' {} (it begins at byte {}, expected {})",
                              entry.name,
                              entry.begin < position ? "overlaps another tensor" : "leaves a gap",
                              entry.begin, position));
    }
    position = entry.end;
  }
  if (position != data_bytes) {
    throw Error(fmt::format("{} bytes after the last tensor", data_bytes - position));
  }
}

// The JSON header; what follows it is the data.
std::string_view read_header(std::string_view bytes) {
  if (bytes.empty()) throw Error("the file is empty");
  if (bytes.size() < kLengthBytes) {
    throw Error(
        fmt::format("the file holds {} bytes, fewer than the 8 of a header length", bytes.size()));
  }
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  const std::size_t rest = bytes.size() - kLengthBytes;
  if (length > std::min<std::uint64_t>(rest, kMaxHeader)) {
    throw Error(
        fmt::format("the header claims {} bytes, but {} follow (cut short, or a file of "
                    "another kind?)",
                    length, rest));
  }
  const std::string_view header = bytes.substr(kLengthBytes, static_cast<std::size_t>(length));
  if (header.empty() || header.front() != '{') throw Error("the header is not a JSON object");
  return header;
}

SafetensorsFile parse(std::string_view bytes) {
  const std::string_view header = read_header(bytes);
  const std::string_view data = bytes.substr(kLengthBytes + header.size());
  const auto data_bytes = static_cast<std::int64_t>(data.size());
  SafetensorsFile file;
  std::vector<Entry> entries;
  const json parsed = parse_strict_json(header);
  for (const auto& [name, value] : parsed.items()) {
    if (name == kMetadata) {
      file.metadata = read_metadata(value);
      continue;
    }
    try {
      entries.push_back(read_entry(name, value, data_bytes));
    } catch (const Error& e) {
      throw Error(fmt::format("tensor '{}': {}", name, e.what()));
    }
  }
  check_cover(entries, data_bytes);
  for (Entry& entry : entries) {
    entry.tensor.bytes = data.substr(static_cast<std::size_t>(entry.begin),
                                     static_cast<std::size_t>(entry.end - entry.begin));
    file.tensors.emplace(std::move(entry.name), std::move(entry.tensor));
  }
  return file;
}

template <typename Value>
std::vector<Value> values_of(const RawTensor& tensor, const std::string& name,
                             const char* expected) {
  if (tensor.dtype != expected) {
    throw Error(fmt::format("tensor '{}' has type {}, expected {}", name, tensor.dtype, expected));
  }
  std::vector<Value> values(static_cast<std::size_t>(element_count(tensor.shape)));
  DINAS_CHECK(tensor.bytes.size() == values.size() * sizeof(Value));
  if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

template <typename Value>
RawTensor tensor_of(const std::vector<std::int64_t>& shape, const std::vector<Value>& values,
                    const char* dtype) {
  DINAS_CHECK(static_cast<std::size_t>(element_count(shape)) == values.size());
  RawTensor tensor{dtype, shape, std::string(values.size() * sizeof(Value), '\0')};
  if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

}  // namespace

SafetensorsFile parse_safetensors(std::string_view bytes, const std::string& source) {
  try {
    return parse(bytes);
  } catch (const Error& e) {
    throw Error(fmt::format("{}: not a valid safetensors file: {}", source, e.what()));
  }
}

std::string print_safetensors(const SafetensorsFile& file) {
  std::vector<std::pair<std::string, const RawTensor*>> order;
  for (const auto& [name, tensor] : file.tensors) order.emplace_back(name, &tensor);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return element_size(a.second->dtype) > element_size(b.second->dtype);
  });
  json header = json::object();
  if (!file.metadata.empty()) header[kMetadata] = file.metadata;
  std::size_t position = 0;
  for (const auto& [name, tensor] : order) {
    const std::size_t size = tensor->bytes.size();
    DINAS_CHECK(name != kMetadata &&
                static_cast<std::int64_t>(size) == byte_count(tensor->dtype, tensor->shape));
    header[name] = {{"dtype", tensor->dtype},
                    {"shape", tensor->shape},
                    {"data_offsets", {position, position + size}}};
    position += size;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const json::exception&) {
    throw Error("a name or metadata text of a safetensors file must be UTF-8, and one is not");
  }
  text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');
  const std::uint64_t length = text.size();
  std::string bytes(kLengthBytes, '\0');
  std::memcpy(bytes.data(), &length, kLengthBytes);
  bytes.reserve(kLengthBytes + text.size() + position);
  bytes += text;
  for (const auto& [name, tensor] : order) bytes += tensor->bytes;
  return bytes;
}

std::vector<float> float_values(const RawTensor& tensor, const std::string& name) {
  return values_of<float>(tensor, name, "F32");
}
std::vector<double> double_values(const RawTensor& tensor, const std::string& name) {
  return values_of<double>(tensor, name, "F64");
}
std::vector<std::uint32_t> u32_values(const RawTensor& tensor, const std::string& name) {
  return values_of<std::uint32_t>(tensor, name, "U32");
}
std::vector<std::uint64_t> u64_values(const RawTensor& tensor, const std::string& name) {
  return values_of<std::uint64_t>(tensor, name, "U64");
}

RawTensor make_tensor(const std::vector<std::int64_t>& shape, const std::vector<float>& values) {
  return tensor_of(shape, values, "F32");
}
RawTensor make_tensor(const std::vector<std::int64_t>& shape, const std::vector<double>& values) {
  return tensor_of(shape, values, "F64");
}
RawTensor make_tensor(const std::vector<std::int64_t>& shape,
                      const std::vector<std::uint32_t>& values) {
  return tensor_of(shape, values, "U32");
}
RawTensor make_tensor(const std::vector<std::int64_t>& shape,
                      const std::vector<std::uint64_t>& values) {
  return tensor_of(shape, values, "U64");
}

}  // namespace dinas
