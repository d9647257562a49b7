#include "model/safetensors.h"

#include "base/file.h"
#include "model/support.h"
#include "support/data.h"

namespace dinas {
namespace {

// A file from its header and data, the length as the format wants it.
std::string container(const std::string& header, const std::string& data = "") {
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    bytes += static_cast<char>((header.size() >> shift) & 0xff);
  }
  return bytes + header + data;
}

TEST(Safetensors, ReadsAFileWrittenByHand) {
  const std::string bytes =
      container(R"({"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"k":"v"},)"
                R"("a":{"dtype":"U32","shape":[],"data_offsets":[8,12]}} )",
                std::string("\x00\x00\x80\x3f\x00\x00\x00\xc0\x2a\x00\x00\x00", 12));
  const SafetensorsFile file = parse_safetensors(bytes, "hand");
  EXPECT_EQ(file.metadata, (std::map<std::string, std::string>{{"k", "v"}}));
  ASSERT_EQ(file.tensors.size(), 2U);
  EXPECT_EQ(float_values(file.tensors.at("b"), "b"), (std::vector<float>{1.0F, -2.0F}));
  EXPECT_EQ(u32_values(file.tensors.at("a"), "a"), (std::vector<std::uint32_t>{42}));
}

TEST(Safetensors, WritesExactlyTheseBytes) {
  SafetensorsFile file;
  file.metadata["k"] = "v";
  file.tensors["a"] = make_tensor({2}, std::vector<float>{1.0F, -2.0F});
  file.tensors["b"] = make_tensor({1}, std::vector<std::uint64_t>{258});
  const std::string header =
      R"({"__metadata__":{"k":"v"},"a":{"data_offsets":[8,16],"dtype":"F32","shape":[2]},)"
      R"("b":{"data_offsets":[0,8],"dtype":"U64","shape":[1]}})";
  const std::string padding(8 - header.size() % 8, ' ');
  EXPECT_EQ(print_safetensors(file),
            container(header + padding, std::string("\x02\x01\x00\x00\x00\x00\x00\x00"
                                                    "\x00\x00\x80\x3f\x00\x00\x00\xc0",
                                                    16)));
}

TEST(Safetensors, RoundTripsEveryTypeAndShape) {
  SafetensorsFile file;
  file.metadata = {{"empty", ""}, {"quotes", "\"\\\n"}, {"letters", "\xC3\xA9"}};
  file.tensors["f"] = make_tensor({2, 1, 2}, std::vector<float>{0.1F, -0.0F, 3e38F, 1e-45F});
  file.tensors["d"] = make_tensor({}, std::vector<double>{0.1});
  file.tensors["u"] = make_tensor({1, 2}, std::vector<std::uint32_t>{0, 4294967295U});
  file.tensors["v"] = make_tensor({1}, std::vector<std::uint64_t>{18446744073709551615U});
  file.tensors["none"] = make_tensor({0, 3}, std::vector<float>{});
  file.tensors["other"] = {"BF16", {3}, "abcdef"};
  const std::string bytes = print_safetensors(file);
  const SafetensorsFile again = parse_safetensors(bytes, "memory");
  EXPECT_EQ(again.metadata, file.metadata);
  ASSERT_EQ(again.tensors.size(), file.tensors.size());
  for (const auto& [name, tensor] : file.tensors) {
    EXPECT_EQ(again.tensors.at(name).dtype, tensor.dtype) << name;
    EXPECT_EQ(again.tensors.at(name).shape, tensor.shape) << name;
    EXPECT_EQ(again.tensors.at(name).bytes, tensor.bytes) << name;
  }
  EXPECT_EQ(print_safetensors(again), bytes);
  EXPECT_EQ(double_values(again.tensors.at("d"), "d"), std::vector<double>{0.1});
  EXPECT_EQ(u64_values(again.tensors.at("v"), "v")[0], 18446744073709551615U);
}

TEST(Safetensors, NamesTheTensorOfAnotherType) {
  const RawTensor tensor = make_tensor({1}, std::vector<float>{1.0F});
  expect_error([&] { double_values(tensor, "x"); }, "tensor 'x' has type F32, expected F64");
  expect_error([&] { float_values(make_tensor({1}, std::vector<double>{1.0}), "y"); },
               "tensor 'y' has type F64, expected F32");
  expect_error([&] { u32_values(tensor, "x"); }, "expected U32");
  expect_error([&] { u64_values(tensor, "x"); }, "expected U64");
}

TEST(Safetensors, DoesNotWriteTextThatNobodyCouldRead) {
  SafetensorsFile file;
  file.metadata["k"] = "\xff";
  expect_error([&] { print_safetensors(file); }, "must be UTF-8");
}

struct HostileFile {
  std::string what;
  std::string bytes;
  std::string phrase;
};

// One tensor 'a' with these fields and this much data.
std::string one_tensor(const std::string& dtype, const std::string& shape,
                       const std::string& offsets, std::size_t data) {
  return container(R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" +
                       offsets + "}}",
                   std::string(data, 'x'));
}

// Two tensors of one byte each.
std::string two_tensors(const std::string& first, const std::string& second, std::size_t data) {
  return container(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":)" + first +
                       R"(},"b":{"dtype":"U8","shape":[1],"data_offsets":)" + second + "}}",
                   std::string(data, 'x'));
}

std::vector<HostileFile> hostile_headers() {
  return {
      {"empty file", "", "the file is empty"},
      {"seven bytes", std::string(7, '\0'), "fewer than the 8"},
      {"PNG", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16), "the header claims"},
      {"gzip", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10), "the header claims"},
      {"text", "architecture,accuracy\n", "the header claims"},
      {"length over all", std::string(8, '\xff') + "{}", "the header claims 18446744073709551615"},
      {"length one too long", std::string("\x03\0\0\0\0\0\0\0", 8) + "{}", "but 2 follow"},
      {"no header", std::string(8, '\0'), "not a JSON object"},
      {"header is a list", container("[]"), "not a JSON object"},
      {"header starts with space", container(" {}"), "not a JSON object"},
      {"broken JSON", container("{\"a\":"), "invalid JSON"},
      {"two values", container("{}{}"), "invalid JSON"},
      {"duplicate tensor", container(R"({"a":{},"a":{}})"), "'a' occurs twice"},
      {"deep", container("{\"a\":" + std::string(100'000, '[')), "nested deeper"},
      {"metadata list", container(R"({"__metadata__":[]})"), "'__metadata__' must be an object"},
      {"metadata number", container(R"({"__metadata__":{"k":1}})"),
       "'__metadata__.k' must be a text"},
      {"trailing bytes", container("{}", "x"), "1 bytes after the last tensor"},
  };
}

std::vector<HostileFile> hostile_entries() {
  return {
      {"entry is text", container(R"({"a":"x"})"), "tensor 'a'"},
      {"no dtype", container(R"({"a":{"shape":[],"data_offsets":[0,0]}})"),
       "field 'dtype' is missing"},
      {"no shape", container(R"({"a":{"dtype":"U8","data_offsets":[0,0]}})"),
       "field 'shape' is missing"},
      {"no offsets", container(R"({"a":{"dtype":"U8","shape":[]}})"),
       "field 'data_offsets' is missing"},
      {"extra field",
       container(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"code":"x"}})"),
       "field 'code' is not known"},
      {"unknown dtype", one_tensor("F99", "[1]", "[0,1]", 1), "unknown element type 'F99'"},
      {"negative size", one_tensor("U8", "[-1]", "[0,1]", 1), "non-negative"},
      {"fraction", one_tensor("U8", "[1.0]", "[0,1]", 1), "non-negative"},
      {"size is text", one_tensor("U8", "[\"1\"]", "[0,1]", 1), "non-negative"},
      {"size over int64", one_tensor("U8", "[9223372036854775808]", "[0,1]", 1), "non-negative"},
      {"product overflows", one_tensor("U8", "[4294967296,4294967296]", "[0,0]", 0), "too large"},
      {"bytes overflow", one_tensor("F64", "[2305843009213693952]", "[0,0]", 0), "too large"},
      {"huge but honest", one_tensor("U8", "[1099511627776]", "[0,1099511627776]", 1),
       "the file holds 1 bytes of data"},
      {"shape larger than data", one_tensor("F32", "[2]", "[0,4]", 4), "need 8 bytes"},
      {"shape smaller than data", one_tensor("F32", "[1]", "[0,8]", 8), "need 4 bytes"},
      {"offsets reversed", one_tensor("U8", "[1]", "[1,0]", 1), "ascending"},
      {"one offset", one_tensor("U8", "[1]", "[1]", 1), "two numbers"},
      {"three offsets", one_tensor("U8", "[1]", "[0,1,1]", 1), "two numbers"},
      {"negative offset", one_tensor("U8", "[1]", "[-1,0]", 1), "non-negative"},
      {"beyond the file", one_tensor("U8", "[1]", "[1,2]", 1), "ends at byte 2"},
      {"gap at the start", one_tensor("U8", "[1]", "[1,2]", 2), "leaves a gap"},
      {"overlap", two_tensors("[0,1]", "[0,1]", 1), "overlaps another tensor"},
      {"gap", two_tensors("[0,1]", "[2,3]", 3), "leaves a gap"},
      {"left over", two_tensors("[0,1]", "[1,2]", 3), "1 bytes after the last tensor"},
  };
}

TEST(Safetensors, RefusesHostileFilesWithASentence) {
  for (const auto& list : {hostile_headers(), hostile_entries()}) {
    for (const HostileFile& hostile : list) {
      SCOPED_TRACE(hostile.what);
      expect_error([&] { parse_safetensors(hostile.bytes, "evil.bin"); }, hostile.phrase);
      expect_error([&] { parse_safetensors(hostile.bytes, "evil.bin"); },
                   "evil.bin: not a valid safetensors file: ");
    }
  }
}

TEST(Safetensors, ReadsFilesOfTheOfficialWriter) {
  DINAS_NEED_DATA();
  const std::string folder = data_folder() + "/golden/";
  const std::string network = folder + "paper_network_small.safetensors";
  const SafetensorsFile small = parse_safetensors(read_file(network), network);
  EXPECT_EQ(small.metadata.at("layers"), "3");
  EXPECT_EQ(small.tensors.size(), 150U);
  EXPECT_EQ(small.tensors.at("out.E").shape, (std::vector<std::int64_t>{5, 8, 8, 2}));
  EXPECT_EQ(float_values(small.tensors.at("in.y"), "in.y"),
            (std::vector<float>{0, 1, 1, 0, 0, 0, 0, 1, 0, 0}));
  const std::string posterior = folder + "paper_posterior.safetensors";
  const SafetensorsFile other = parse_safetensors(read_file(posterior), posterior);
  EXPECT_EQ(float_values(other.tensors.at("t"), "t"), (std::vector<float>{500, 300, 100, 10, 1}));
  EXPECT_EQ(float_values(other.tensors.at("beta_t"), "beta_t")[0], 1.0F);
}

}  // namespace
}  // namespace dinas
