#include "space/json_text.h"

#include <gtest/gtest.h>

namespace dinas {
namespace {

std::string with_keys(int count) {
  std::string text = "{";
  for (int i = 0; i < count; ++i) {
    text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":" + std::to_string(i);
  }
  return text + "}";
}

// A search through the keys before it for every key would take hours for a file of these alone.
TEST(JsonText, HoldsAThousandKeys) {
  constexpr std::size_t longest = 1U << 20U;
  std::string why;
  const auto json = read_json_text(with_keys(1000), longest, why);
  ASSERT_TRUE(json) << why;
  EXPECT_EQ(json->at("k999"), 999);
  EXPECT_FALSE(read_json_text(with_keys(1001), longest, why));
  EXPECT_EQ(why, "an object of more than 1000 keys");
  EXPECT_TRUE(read_json_text("[" + with_keys(600) + "," + with_keys(600) + "]", longest, why));
}

// 500,000 keys are looked at for each object of 1000.
TEST(JsonText, HoldsTwentyObjectsOfAThousandKeys) {
  constexpr std::size_t longest = 1U << 24U;
  const std::string object = with_keys(1000);
  for (const int count : {20, 21}) {
    std::string text = "[" + object;
    for (int i = 1; i < count; ++i) text += "," + object;
    std::string why;
    EXPECT_EQ(read_json_text(text + "]", longest, why).has_value(), count == 20);
    EXPECT_EQ(why, count == 20 ? "" : "too many objects of hundreds of keys");
  }
}

TEST(JsonText, HoldsAnyNumberOfSmallObjects) {
  std::string text = "[" + with_keys(20);
  for (int i = 0; i < 60'000; ++i) text += "," + with_keys(20);
  std::string why;
  EXPECT_TRUE(read_json_text(text + "]", std::size_t{1} << 24U, why).has_value()) << why;
}

}  // namespace
}  // namespace dinas
