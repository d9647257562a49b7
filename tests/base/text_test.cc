#include "base/text.h"

#include <gtest/gtest.h>

#include <limits>
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
  EXPECT_EQ(printable("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
  EXPECT_EQ(printable("a\xb1z\xe2\x82"), "a?z??");  // no UTF-8
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

TEST(Text, EditDistanceCountsLetters) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(Text, SmallValuesGetMoreDecimals) {
  EXPECT_EQ(decimals_of(94.06), 3);
  EXPECT_EQ(decimals_of(-0.1), 3);
  EXPECT_EQ(decimals_of(0.0983), 4);   // .0983
  EXPECT_EQ(decimals_of(0.00826), 5);  // .00826
  EXPECT_EQ(decimals_of(1e-40), 12);
  EXPECT_EQ(decimals_of(99999.0), 3);
  EXPECT_EQ(decimals_of(13344478.0), 0);
  EXPECT_EQ(decimals_of(0.0), 3);
  EXPECT_EQ(decimals_of(std::numeric_limits<double>::quiet_NaN()), 3);
}

}  // namespace
}  // namespace dinas
