// Frequent mistakes in space files come with what to do about them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "support/space_problems.h"

namespace dinas {
namespace {

TEST(FileSpaceSlips, HaveRemedies) {
  const std::string forbid = kHead + kNodes + "[[edge]]\nfrom = 'in'\nto = 'out'\n[[forbid]]\n";
  expect_problems({
      {kHead + kNodes + "[[edge]]\nfrom = 'inn'\nto = 'out'\n",
       "13: expected the name of a node in 'from', found 'inn'; did you mean 'in'?"},
      {forbid + "out.inputs = 'in'\n",
       "16: expected a variable in [[forbid]], found 'out'; variables are named after their node, "
       "as from->to or as node.inputs"},
      {kHead + kNodes + "[[inputs]]\nnode = 'out'\nfrom = 'in'\n[[forbid]]\nout.inputs = 'in'\n",
       "16: expected the variable \"out.inputs\" in [[forbid]], found it without quotes; put the "
       "name in quotes"},
      {kHead + "max_edges = '3'\n" + kNodes,
       "3: expected 'max_edges' to be an integer from 1 to 4096, found the text '3'; write it "
       "without quotes"},
      {kHead + "[labels]\nops = 'u'\n[[node]]\nname = 'in'\n[[node]]\nname = 'a'\nlabels = 'ops'\n",
       "4: expected a list of [labels] to be a list of 1 to 254 entries, found the text 'u'; put "
       "brackets around it"},
      {forbid + "classes = 'none'\n",
       "16: expected a variable in [[forbid]], found 'classes'; move it above the first ["},
      {kHead + kNodes + "max_edges = 3\n",
       "12: unknown key 'max_edges' in [[node]]: expected one of name, label, labels, repeat, "
       "chain, reads; move it above the first ["},
      {kHead + "[labels]\noutput = 'out'\n" + kNodes,
       "4: expected lists in [labels] that a node uses, found 'output'; move it above the first ["},
      {kHead + kNodes + "[notation.tokens]\nu = '1'\nv = '1'\n",
       "13: expected different tokens for the values of 'a', found '1' twice; change one"},
      {kHead + kNodes + "[notation.tokens]\nzero = '1'\n",
       "13: expected a value of some variable in 'tokens', found 'zero'; move it above the first "
       "["},
      {kHead + "\"na\\u001b[2me\" = 1\n" + kNodes,
       "3: unknown key 'na?[2me' in a space file: expected one of name, summary, output, "
       "direct_output, zero, neutral, classes, max_edges, labels, node, edge, inputs, forbid, "
       "notation, columns, cost"},
  });
  for (const std::string unquoted : {"name = two_steps", "name = [two]", "name = 'x'\nzero = no"}) {
    EXPECT_TRUE(problem(unquoted).ends_with("; put texts in quotes")) << problem(unquoted);
  }
  EXPECT_TRUE(problem(forbid + "in->out = 'absent'\n").ends_with("; put the name in quotes"));
}

TEST(FileSpaceSlips, OfSingleBrackets) {
  for (const std::string key : {"node", "edge", "inputs", "forbid", "cost", "cost.at"}) {
    const auto expected = [&](int line) {
      return fmt::format("f:{}: expected [[{}]], found [{}]; write [[{}]] with two brackets", line,
                         key, key, key);
    };
    const std::string single = "[" + key + "]\n";
    EXPECT_EQ(problem(kHead + single + "a = 1\n[" + single + "]\n"), expected(3));
    EXPECT_EQ(problem(kHead + single + "a = 1\n" + single), expected(3));
    if (key == "cost.at") {
      const std::string cost = "[[cost]]\nname = 'c'\nmeaning = 'm'\n";
      EXPECT_EQ(problem(kHead + kNodes + cost + single), expected(15));
    } else {
      const std::string nodes = key == "node" ? "" : kNodes;
      EXPECT_EQ(problem(kHead + nodes + single), expected(key == "node" ? 3 : 12));
    }
  }
}

}  // namespace
}  // namespace dinas
