#include <gtest/gtest.h>

#include <string>

#include "space/draw.h"
#include "support/spaces.h"

namespace dinas {
namespace {

constexpr auto kNotedNodes = R"(
[[node]]
name = "in"
[[node]]
name = "n"
repeat = 3
chain = true
labels = ["conv", "conv_3x3"]
[[node]]
name = "out"
reads = "n_3"
[[edge]]
from = ["in", "n_1"]
to = "out"
)";

std::string notation_problem(const std::string& text) {
  try {
    static_cast<void>(space_of(text));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(FileSpaceNotation, DefaultIsEveryVariableByName) {
  const auto space = space_of(kNotedNodes);
  EXPECT_EQ(space->print(Architecture{0, 1, 0, 0, 1}), "conv conv_3x3 conv absent present");
  EXPECT_TRUE(space->columns().empty());
}

TEST(FileSpaceNotation, GroupsKindsTokensAndBraces) {
  const auto space = space_of(std::string(kNotedNodes) + R"(
[notation]
template = "{{{n:/}}}={in->out}{n_1->out}"
tokens = { absent = "-", present = "x", conv_3x3 = "3" }
)");
  const Architecture a = {0, 1, 0, 0, 1};
  EXPECT_EQ(space->print(a), "{conv/3/conv}=-x");
  std::string why;
  EXPECT_EQ(space->parse("{conv/3/conv}=-x", why), a);
  EXPECT_FALSE(space->parse("{conv/4/conv}=-x", why));
  EXPECT_EQ(why, "expected one of conv, 3 at character 7, found '4/conv}=-x'");
  EXPECT_FALSE(space->parse("{conv/3/conv}=-", why));
  EXPECT_FALSE(space->parse("{conv/3/conv}=-x ", why));
  EXPECT_EQ(why, "text behind the architecture at character 17");
  EXPECT_FALSE(space->parse("conv", why));
  EXPECT_EQ(why, "expected '{' at character 1");
  EXPECT_FALSE(space->parse("", why));
}

TEST(FileSpaceNotation, ReadsColumnsToo) {
  const auto space = space_of(std::string(kNotedNodes) + R"(
[columns]
names = ["ops", "skips"]
template = "{labels:} {edges:}"
tokens = { conv = "0", conv_3x3 = "1", absent = "0", present = "1" }
)");
  const Architecture a = {0, 1, 0, 0, 1};
  std::string why;
  EXPECT_EQ(space->parse("010 01", why), a);
  EXPECT_EQ(space->parse("conv conv_3x3 conv absent present", why), a);
  EXPECT_FALSE(space->parse("010 02", why));
  EXPECT_EQ(why, "expected one of 0, 1 at character 6, found '2'");
}

TEST(FileSpaceNotation, RefusesWhatCanBeReadInTwoWays) {
  const std::string head = std::string(kNotedNodes) + "[notation]\ntemplate = ";
  EXPECT_EQ(notation_problem(head + "'{n:}{edges:}'"),
            "test.toml:18: expected a template that can be read in one way, found 'conv' and "
            "'conv_3x3' possible for 'n_1'; put a character behind it that no token holds");
  EXPECT_EQ(notation_problem(head + "'{edges:}{n:_}'"),
            "test.toml:18: expected a template that can be read in one way, found 'conv' and "
            "'conv_3x3' possible for 'n_1'; put a character behind it that no token holds");
  EXPECT_EQ(notation_problem(head + "'{edges:}{n:,}'"), "accepted");
  EXPECT_EQ(notation_problem(head + "'{edges:}{n:,}'\ntokens = { conv = 'conv_3x3' }"),
            "test.toml:19: expected different tokens for the values of 'n_1', found 'conv_3x3' "
            "twice; change one");
  EXPECT_EQ(notation_problem(std::string(kNotedNodes) + R"([notation]
template = "{labels:}{edges:}"
tokens = { conv = "0", conv_3x3 = "1", absent = "0", present = "1" }
[columns]
names = ["bits"]
template = "{edges:}{labels:}"
tokens = { conv = "0", conv_3x3 = "1", absent = "0", present = "1" }
)")
                .substr(0, 72),
            "test.toml:1: expected columns that cannot be taken for the notation, fou");
}

TEST(FileSpaceNotation, RefusesTemplatesThatDoNotFitTheVariables) {
  const std::string head = std::string(kNotedNodes) + "[notation]\ntemplate = ";
  EXPECT_EQ(notation_problem(head + "'{n:,}'"),
            "test.toml:18: expected every variable in a template, found 'in->out' missing; add "
            "{in->out}");
  EXPECT_EQ(notation_problem(head + "'{n:,},{edges:,},{n_1}'"),
            "test.toml:18: expected every variable once in a template, found 'n_1' twice; remove "
            "one");
  EXPECT_EQ(notation_problem(head + "'{m}'"),
            "test.toml:18: expected a variable, a repeated node, labels, edges or inputs between "
            "'{' and '}', found 'm'; correct it");
  EXPECT_EQ(notation_problem(head + "'{n'"),
            "test.toml:18: expected '}' behind '{' in a template; close it");
  EXPECT_EQ(notation_problem(head + "'n}'"),
            "test.toml:18: expected '{' before '}' in a template; write '}}' for the character "
            "itself");
  EXPECT_EQ(notation_problem(std::string(kNotedNodes) + "[columns]\nnames = ['a', 'b']\n"),
            "test.toml:17: expected as many 'names' in [columns] as the template has fields "
            "between single spaces, found 2 names and 5 fields; correct one");
}

TEST(FileSpaceNotation, AnyTextIsReadOrRefused) {
  const auto space = shipped_space("nasbench_graph.toml");
  RandomStream stream(9, Purpose::kCheck);
  int read = 0;
  for (std::uint32_t i = 0; i < 20000; ++i) {
    std::string text = space->print(random_architecture(space->skeleton(), stream));
    const auto at = stream.below(static_cast<std::uint32_t>(text.size()));
    text[at] = "0123 ,g"[stream.below(7)];
    std::string why;
    const auto a = space->parse(text, why);
    if (!a) {
      ASSERT_FALSE(why.empty());
      continue;
    }
    ASSERT_TRUE(is_valid(space->skeleton(), *a));
    ASSERT_EQ(space->print(*a), text);
    ++read;
  }
  EXPECT_GT(read, 100);
}

}  // namespace
}  // namespace dinas
