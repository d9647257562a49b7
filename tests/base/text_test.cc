#include "base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace dinas {
namespace {

// Not a temporary in the expression: g++ 12 misreads its bounds under the thread sanitizer.
std::string run(std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text.push_back('a');
  return text;
}

TEST(Text, ControlCharactersAreReplaced) {
  EXPECT_EQ(printable("a\x1b[2J\n\tb\x7f"), "a?[2J??b?");
  EXPECT_EQ(printable(std::string("\0", 1)), "?");
  EXPECT_EQ(printable("\xc2\x9b"
                      "1m"),
            "?1m");                                              // U+009B, which starts a command
  EXPECT_EQ(printable("\xc3\xa4\xc2\xa7"), "\xc3\xa4\xc2\xa7");  // letters and signs stay
}

TEST(Text, IsCutBetweenCharacters) {
  EXPECT_EQ(shown(run(40)), run(40));
  EXPECT_EQ(shown(run(41)), run(40));
  EXPECT_EQ(shown(run(39) + "\xc3\xa4"), run(39));
  EXPECT_EQ(shown(run(38) + "\xc3\xa4"
                            "b"),
            run(38) + "\xc3\xa4");
  EXPECT_EQ(shown(std::string(50, '\x80')), "");  // no character begins at all
}

TEST(Text, NearestWord) {
  EXPECT_EQ(did_you_mean("inptu", {"output", "input"}), "; did you mean 'input'?");
  EXPECT_EQ(did_you_mean("b", {"a", ""}, "; correct it"), "; correct it");
  EXPECT_EQ(did_you_mean("inputs", {"node", "edge"}), "");
  EXPECT_EQ(did_you_mean("x", {}), "");
}

}  // namespace
}  // namespace dinas
