#include "import/documents.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "base/file.h"
#include "import/support.h"
#include "support/temp.h"

namespace dinas {
namespace {

using Json = nlohmann::ordered_json;

class Documents : public testing::Test {
 protected:
  // The one document of a file.
  Json read(const std::string& text) {
    const std::string path = folder_.file("a.json");
    write_file(path, text);
    Json found;
    for_each_document({path}, [&](const std::string& name, const Json& json) {
      EXPECT_EQ(name, path);
      found = json;
    });
    return found;
  }

  TempFolder folder_;
};

TEST_F(Documents, TakeWhatPythonWritesForNumbersThatAreNone) {
  const Json json = read(
      R"({"a": NaN, "b": [Infinity, -Infinity, -1.5], "NaN": "NaN \" Infinity \\", "c": NaN})");
  EXPECT_TRUE(json.at("a").is_null());
  EXPECT_TRUE(std::isnan(number_or_missing(json, "a")));
  EXPECT_EQ(json.at("b").dump(), "[null,null,-1.5]");
  EXPECT_EQ(json.at("NaN").get<std::string>(), "NaN \" Infinity \\");
  EXPECT_TRUE(json.at("c").is_null());
  EXPECT_NE(error_of([&] { read(R"({"a": nan})"); }).find("expected a JSON document: not JSON"),
            std::string::npos);
}

TEST_F(Documents, OfAFolderThatCannotBeReadAreAnError) {
  std::filesystem::create_symlink("loop.json", folder_.file("loop.json"));
  EXPECT_NE(error_of([&] {
              for_each_document({folder_.path()}, [](const std::string&, const Json&) {});
            }).find("cannot read " + folder_.file("loop.json") + ": "),
            std::string::npos);
}

}  // namespace
}  // namespace dinas
