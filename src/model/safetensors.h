// The safetensors container: u64 little-endian header length, JSON header, raw data. Reader and
// writer; nothing in a file is executed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dinas {

/// A tensor as bytes. dtype is "F32", "F64", "U32", "U64", "I64" or any other name of the format.
struct RawTensor {
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::string bytes;  // little-endian, row-major
};

struct SafetensorsFile {
  std::map<std::string, std::string> metadata;  // __metadata__
  std::map<std::string, RawTensor> tensors;
};

/// Throws Error (`source` names the file in messages) for anything that is not exactly a valid
/// file: short, trailing bytes, header too long, bad JSON, negative or overflowing shapes, offsets
/// that overlap, leave gaps or leave the file.
SafetensorsFile parse_safetensors(std::string_view bytes, const std::string& source);

/// Deterministic: header in name order and padded with spaces to a multiple of 8; data with the
/// widest element types first, then in name order, so that every tensor is aligned. Throws Error
/// when a metadata text or a name is not UTF-8.
std::string print_safetensors(const SafetensorsFile& file);

/// Values of a tensor whose dtype is F32, F64, U32, U64 respectively, in row-major order; throws
/// Error naming the tensor when it has another dtype.
std::vector<float> float_values(const RawTensor& tensor, const std::string& name);
std::vector<double> double_values(const RawTensor& tensor, const std::string& name);
std::vector<std::uint32_t> u32_values(const RawTensor& tensor, const std::string& name);
std::vector<std::uint64_t> u64_values(const RawTensor& tensor, const std::string& name);

/// The inverse; `values` holds element_count(shape) numbers.
RawTensor make_tensor(const std::vector<std::int64_t>& shape, const std::vector<float>& values);
RawTensor make_tensor(const std::vector<std::int64_t>& shape, const std::vector<double>& values);
RawTensor make_tensor(const std::vector<std::int64_t>& shape,
                      const std::vector<std::uint32_t>& values);
RawTensor make_tensor(const std::vector<std::int64_t>& shape,
                      const std::vector<std::uint64_t>& values);

}  // namespace dinas
