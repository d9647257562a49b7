#include "model/sealed_file.h"

#include "model/support.h"

namespace dinas {
namespace {

SafetensorsFile two_tensors() {
  SafetensorsFile file;
  file.metadata["k"] = "v";
  file.tensors["a"] = make_tensor({2}, std::vector<float>{1.0F, -2.0F});
  file.tensors["b"] = make_tensor({1}, std::vector<std::uint64_t>{258});
  return file;
}

TEST(ContentChecksum, NeverChanges) {
  // Computed from the definition by another program; files that exist depend on it.
  EXPECT_EQ(content_checksum(two_tensors()), "eb2efdae95b1bf64");
}

TEST(ContentChecksum, LeavesOutTheChecksum) {
  SafetensorsFile file = two_tensors();
  file.metadata["checksum"] = "0123456789abcdef";
  EXPECT_EQ(content_checksum(file), content_checksum(two_tensors()));
}

TEST(ContentChecksum, CoversEverythingElse) {
  const std::vector<std::function<void(SafetensorsFile&)>> changes = {
      [](SafetensorsFile& file) { file.metadata["k"] = "w"; },
      [](SafetensorsFile& file) {
        file.metadata = {{"l", "v"}};
      },
      [](SafetensorsFile& file) {
        file.metadata = {{"kv", ""}};
      },
      [](SafetensorsFile& file) { file.metadata["more"] = ""; },
      [](SafetensorsFile& file) { file.tensors["a"].dtype = "U32"; },
      [](SafetensorsFile& file) {
        file.tensors["a"].shape = {1, 2};
      },
      [](SafetensorsFile& file) { file.tensors["a"].bytes[7] ^= 1; },
      [](SafetensorsFile& file) { file.tensors["c"] = file.tensors.extract("a").mapped(); },
      [](SafetensorsFile& file) { std::swap(file.tensors["a"], file.tensors["b"]); },
      [](SafetensorsFile& file) { file.tensors.erase("a"); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    SafetensorsFile file = two_tensors();
    changes[i](file);
    EXPECT_NE(content_checksum(file), content_checksum(two_tensors())) << "change " << i;
  }
}

}  // namespace
}  // namespace dinas
