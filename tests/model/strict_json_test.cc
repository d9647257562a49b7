#include "model/strict_json.h"

#include "model/support.h"

namespace dinas {
namespace {

TEST(StrictJson, ReadsValidText) {
  const auto value = parse_strict_json(R"({"a": [1, {"b": null}], "c": {"a": 2}})");
  EXPECT_EQ(value["a"][0], 1);
  EXPECT_EQ(value["c"]["a"], 2);
  EXPECT_EQ(print_json(value), R"({"a":[1,{"b":null}],"c":{"a":2}})");
}

TEST(StrictJson, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "{} x", "[1,]", "nan", "{\"a\":\"\xff\"}"}) {
    expect_error([text] { parse_strict_json(text); }, "invalid JSON");
  }
  for (const std::string_view text : {std::string_view("{}\0", 3), std::string_view("\0{}", 3)}) {
    expect_error([text] { parse_strict_json(text); }, "invalid JSON: a NUL byte");
  }
}

TEST(StrictJson, RefusesRepeatedKeysAtEveryLevel) {
  expect_error([] { parse_strict_json(R"({"a":1,"a":1})"); }, "'a' occurs twice");
  expect_error([] { parse_strict_json(R"([{"x":{"b":1,"c":[{"b":2}],"b":3}}])"); },
               "'b' occurs twice");
  EXPECT_NO_THROW(parse_strict_json(R"([{"a":{"a":1}},{"a":2}])"));
}

TEST(StrictJson, RefusesDeepNesting) {
  EXPECT_NO_THROW(parse_strict_json(std::string(8, '[') + std::string(8, ']')));
  expect_error([] { parse_strict_json(std::string(9, '[') + std::string(9, ']')); }, "nested");
  expect_error([] { parse_strict_json(std::string(10'000'000, '[')); }, "nested");
}

TEST(StrictJson, PrintsBytesThatAreNotUtf8AsReplacement) {
  EXPECT_EQ(print_json(nlohmann::json("\xff")), "\"\xEF\xBF\xBD\"");
}

TEST(JsonFields, ReadsEveryKind) {
  const auto value = parse_strict_json(
      R"({"i":-3,"u":18446744073709551615,"x":0.5,"f":true,"t":"word","l":[1],"o":{"i":4}})");
  JsonFields fields(value);
  EXPECT_EQ(fields.integer("i", -3, 3), -3);
  EXPECT_EQ(fields.count("u"), 18446744073709551615U);
  EXPECT_EQ(fields.number("x", 0.0, 1.0), 0.5);
  EXPECT_TRUE(fields.flag("f"));
  EXPECT_EQ(fields.text("t"), "word");
  EXPECT_EQ(fields.list("l").size(), 1U);
  expect_error([&] { fields.expect_no_more(); }, "field 'o' is not known");
  JsonFields inner = fields.object("o");
  EXPECT_NO_THROW(fields.expect_no_more());
  expect_error([&] { inner.integer("i", 0, 3); },
               "field 'o.i' must be an integer from 0 to 3, found 4");
}

TEST(JsonFields, NeverWrapsOrRounds) {
  const auto value = parse_strict_json(
      R"({"big":4294967297,"huge":18446744073709551615,"more":18446744073709551616,)"
      R"("minus":-1,"point":1.0})");
  JsonFields fields(value);
  for (const char* name : {"big", "huge", "more", "minus", "point"}) {
    expect_error([&] { fields.integer(name, 0, 100); }, "must be an integer from 0 to 100");
  }
  for (const char* name : {"more", "minus", "point"}) {
    expect_error([&] { fields.count(name); }, "must be an integer of at least 0");
  }
}

}  // namespace
}  // namespace dinas
