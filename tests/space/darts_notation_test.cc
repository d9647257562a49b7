#include "space/darts_notation.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace dinas {
namespace {

DartsGenotype parse(const std::string& text) {
  std::string why;
  const auto genotype = parse_darts(text, why);
  if (!genotype) throw Error(why);
  return *genotype;
}

std::string reason(const std::string& text) {
  std::string why;
  return parse_darts(text, why) ? "accepted" : why;
}

constexpr auto kEntries =
    "sep_conv_3x3~0 none~1 skip_connect~0 sep_conv_3x3~2 max_pool_3x3~0 avg_pool_3x3~3 "
    "sep_conv_5x5~3 dil_conv_3x3~4";

std::string entries() { return std::string(kEntries) + " " + kEntries; }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw Error("no " + from);
  return text.replace(at, from.size(), to);
}

std::string official() { return print_darts(parse(entries())); }

TEST(DartsNotation, EntriesOfTwoColumns) {
  const DartsGenotype genotype = parse(entries());
  EXPECT_EQ(genotype.normal, genotype.reduce);
  EXPECT_EQ(genotype.normal[0], (DartsNode{{0, 1}, {DartsOp::kSepConv3, DartsOp::kNone}}));
  EXPECT_EQ(genotype.normal[1], (DartsNode{{0, 2}, {DartsOp::kSkip, DartsOp::kSepConv3}}));
  EXPECT_EQ(genotype.normal[2], (DartsNode{{0, 3}, {DartsOp::kMaxPool3, DartsOp::kAvgPool3}}));
  EXPECT_EQ(genotype.normal[3], (DartsNode{{3, 4}, {DartsOp::kSepConv5, DartsOp::kDilConv3}}));
  EXPECT_EQ(parse("\n " + replaced(entries(), " ", " \t ") + "\n"), genotype);
}

TEST(DartsNotation, OrderInsideANodeIsFree) {
  EXPECT_EQ(parse(replaced(entries(), "sep_conv_3x3~0 none~1", "none~1 sep_conv_3x3~0")),
            parse(entries()));
  EXPECT_EQ(parse(replaced(official(), "('sep_conv_3x3', 0), ('none', 1)",
                           "('none', 1), ('sep_conv_3x3', 0)")),
            parse(entries()));
  // The two operations stay with their inputs.
  EXPECT_NE(parse(replaced(entries(), "sep_conv_3x3~0 none~1", "none~0 sep_conv_3x3~1")),
            parse(entries()));
}

TEST(DartsNotation, SpellingsOfTheOfficialText) {
  const DartsGenotype genotype = parse(entries());
  EXPECT_EQ(parse(replaced(official(), "normal_concat=[2, 3, 4, 5]", "normal_concat=range(2, 6)")),
            genotype);
  EXPECT_EQ(parse(replaced(official(), "normal_concat=[2, 3, 4, 5]", "normal_concat=[5,2,3,4]")),
            genotype);
  EXPECT_EQ(parse(replaced(official(), "'sep_conv_3x3'", "\"sep_conv_3x3\"")), genotype);
  EXPECT_EQ(parse(replaced(official(), "('none', 1)", "( 'none'\n,1 )")), genotype);
  EXPECT_EQ(parse(replaced(official(), "], normal_concat", ",],\n  normal_concat")), genotype);
  EXPECT_EQ(parse(replaced(official(), "reduce_concat=[2, 3, 4, 5])",
                           "reduce_concat = [2, 3, 4, 5],\n)\n")),
            genotype);
  std::string swapped = replaced(official(), ", normal_concat=[2, 3, 4, 5]", "");
  swapped = replaced(swapped, "Genotype(", " Genotype (normal_concat=[2, 3, 4, 5], ");
  EXPECT_EQ(parse(swapped), genotype);
}

TEST(DartsNotation, CellsThatAreNoneAreRefused) {
  EXPECT_EQ(reason(replaced(official(), "('none', 1)", "('none', 0)")),
            "node 2 of 'normal' reads node 0 twice, expected two different inputs");
  EXPECT_EQ(reason(replaced(entries(), "dil_conv_3x3~4", "dil_conv_3x3~5")),
            "node 5 of 'normal' reads node 5, expected 0 to 4");
  EXPECT_EQ(reason(replaced(entries(), "dil_conv_3x3~4", "dil_conv_3x3~-1")),
            "node 5 of 'normal' reads node -1, expected 0 to 4");
  EXPECT_EQ(reason(replaced(official(), "('none', 1), ", "")),
            "expected 8 entries in 'normal', found 7");
  EXPECT_EQ(reason(replaced(official(), "('none', 1), ", "('none', 1), ('none', 1), ")),
            "more than 8 entries in 'normal'");
  EXPECT_EQ(reason(replaced(official(), "[2, 3, 4, 5]", "[3, 4, 5]")),
            "'normal_concat' has the nodes 3, 4, 5, expected all of 2, 3, 4, 5");
  EXPECT_EQ(reason(replaced(official(), "[2, 3, 4, 5]", "range(2, 5)")),
            "'normal_concat' has the nodes of range 2, 5, expected all of 2, 3, 4, 5");
  EXPECT_EQ(reason(replaced(official(), "[2, 3, 4, 5]", "[2, 3, 4, 5, 6]")),
            "'normal_concat' has more than four numbers");
}

TEST(DartsNotation, BadTextIsRefusedWithTheReason) {
  EXPECT_EQ(reason(""), "expected 'Genotype(...)' or 16 entries operation~input, found 0");
  EXPECT_EQ(reason(kEntries), "expected 'Genotype(...)' or 16 entries operation~input, found 8");
  EXPECT_EQ(reason(entries() + " none~0"),
            "expected 'Genotype(...)' or 16 entries operation~input, found 17");
  EXPECT_EQ(reason("what"), "entry 1: expected 'Genotype(...)' or operation~input, found 'what'");
  EXPECT_EQ(reason(replaced(entries(), "none~1", "none~1x")),
            "entry 2: expected 'Genotype(...)' or operation~input, found 'none~1x'");
  EXPECT_EQ(reason(replaced(entries(), "none~1", "conv~1")),
            "entry 2: expected 'Genotype(...)' or operation~input, found 'conv~1'");
  EXPECT_EQ(reason("Genotype"), "expected '(' at character 9");
  EXPECT_EQ(reason("Genotype()"), "'normal' is missing");
  EXPECT_EQ(reason("Genotype(cell=[])"),
            "expected one of normal, normal_concat, reduce, reduce_concat at character 10, found "
            "'cell'");
  EXPECT_EQ(reason("Genotype(normal=[('conv', 0)])"), "unknown operation 'conv' at character 20");
  EXPECT_EQ(reason("Genotype(normal=[(\"none', 0)])"), "expected '\"' at character 24");
  EXPECT_EQ(reason("Genotype(normal=[('none', x)])"), "expected a number at character 27");
  EXPECT_EQ(reason("Genotype(normal=[('none', 99999999999)])"),
            "expected a number at character 27");
  EXPECT_EQ(reason("Genotype(normal_concat=[2, 3, 4, 5], normal_concat=[])"),
            "'normal_concat' is given twice");
  EXPECT_EQ(reason(official() + "x"), "text behind the genotype");
}

// Every beginning of a genotype is refused, and no single wrong character crashes.
TEST(DartsNotation, DamagedText) {
  const std::string text = official();
  for (std::size_t n = 0; n < text.size(); ++n) ASSERT_NE(reason(text.substr(0, n)), "accepted");
  for (std::size_t n = 0; n < text.size(); ++n) {
    for (const char c : {'(', ']', '9', '\'', '\0', ','}) {
      std::string damaged = text;
      damaged[n] = c;
      std::string why;
      const auto genotype = parse_darts(damaged, why);
      ASSERT_TRUE(genotype || !why.empty());
    }
  }
  EXPECT_EQ(reason("Genotype(" + std::string(1000000, '(')),
            "expected one of normal, normal_concat, reduce, reduce_concat at character 10, found "
            "''");
}

}  // namespace
}  // namespace dinas
