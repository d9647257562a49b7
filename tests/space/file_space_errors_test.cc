// What is wrong with a space file is said with its line and a remedy, and quickly.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "support/space_problems.h"

namespace dinas {
namespace {

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

TEST(FileSpaceErrors, OfTheTopLevel) {
  EXPECT_EQ(problem(kHead + kNodes), "accepted");
  expect_problems({
      {"", "1: expected 'name' in a space file, found none; add it"},
      {"name = 3", "1: expected 'name' to be a text, found the integer 3; put one text in quotes"},
      {"name = 'a b'",
       "1: expected 'name' of letters, digits, '_' and '-', found 'a b'; rename it"},
      {"name = 'nasbench201'",
       "1: expected a name that no built-in space has, found 'nasbench201'; choose another"},
      {"name = 'x'\nname = 'y'",
       "2: expected TOML, found an error: Error while parsing key-value pair: cannot redefine "
       "existing string 'name'"},
      {"name = 'x'\nsummary = \"\"\"a\nb\"\"\"",
       "2: expected 'summary' without line ends, tabs and other control characters; remove them"},
      {kHead + "outputs = 'out'\n" + kNodes,
       "3: unknown key 'outputs' in a space file: expected one of name, summary, output, "
       "direct_output, zero, neutral, classes, max_edges, labels, node, edge, inputs, forbid, "
       "notation, columns, cost; did you mean 'output'?"},
      {kHead + "output = 'b'\n" + kNodes,
       "3: expected the last node 'out' or 'leaves' as 'output', found 'b'; list the output last"},
      {kHead + "output = 'a'\n" + kNodes,
       "3: expected the last node 'out' or 'leaves' as 'output', found 'a'; list the output last"},
      {kHead + "direct_output = false\nclasses = 'expression'\n" + kNodes,
       "3: expected no 'direct_output = false' with classes = \"expression\", which cannot follow "
       "it, found both; use classes = \"isomorphism\" or remove one"},
      {kHead + "zero = 'w'\n" + kNodes,
       "3: expected a label of some node in 'zero', found 'w'; correct it"},
      {kHead + "zero = 'u'\nneutral = ['u']\n" + kNodes,
       "4: expected every label once in 'zero' and 'neutral', found 'u' again; remove one"},
      {kHead + "classes = 'graph'\n" + kNodes,
       "3: expected 'classes' to be expression, isomorphism or none, found 'graph'; correct it"},
      {kHead,
       "1: expected [[node]] tables, found none; list the nodes in the order in which data "
       "flows"},
      {kHead + "node = 3\n",
       "3: expected [[node]] to be a list of 0 to 128 entries, found the integer 3; correct it"},
  });
}

TEST(FileSpaceErrors, OfNodes) {
  expect_problems({
      {kHead + "[[node]]\nlabel = 'u'\n", "3: expected 'name' in [[node]], found none; add it"},
      {kHead + kNodes + "[[node]]\nname = 'a'\n",
       "12: expected a name of its own for every node, found 'a' twice; rename it"},
      {kHead + kNodes + "[[node]]\nname = 'b'\nreads = 'c'\n",
       "14: expected the name of a node in 'reads', found 'c'; list a [[node]] of this name before "
       "what it feeds"},
      {kHead + kNodes + "[[node]]\nname = 'b'\nreads = 'b'\n",
       "14: expected the name of a node in 'reads', found 'b'; list a [[node]] of this name before "
       "what it feeds"},
      {kHead + kNodes + "[[node]]\nname = 'b'\nlabels = []\n",
       "14: expected 'labels' to be a list of 1 to 254 entries, found a list of 0; correct it"},
      {kHead + kNodes + "[[node]]\nname = 'b'\nlabels = ['u', 'u']\n",
       "14: expected different labels in 'labels', found 'u' twice; remove one"},
      {kHead + kNodes + "[[node]]\nname = 'b'\nlabels = 'ops'\n",
       "14: expected a list or the name of one in [labels], found 'ops'; add it to [labels]"},
      {kHead + "output = 'leaves'\n" + kNodes + "[[node]]\nname = 'b'\nlabels = ['u']\n",
       "13: expected something that feeds node 'b', found none; add 'reads', 'chain', [[edge]] or "
       "[[inputs]]"},
      {kHead + "[[node]]\nname = 'a'\nlabels = ['u', 'v']\n[[node]]\nname = 'b'\nreads = 'a'\n",
       "3: expected something that feeds node 'a', found none; a constant node, the input, has to "
       "come before it"},
      {kHead + "[labels]\nops = ['u']\n" + kNodes,
       "4: expected lists in [labels] that a node uses, found 'ops'; remove it"},
      {kHead + "[labels]\nops = ['u']\n" + kNodes + "[[node]]\nname = 'b'\nlabels = 'opps'\n",
       "16: expected a list or the name of one in [labels], found 'opps'; did you mean 'ops'?"},
      {kHead + kNodes + "[[node]]\nname = 'b'\nreads = 'in'\n",
       "9: expected node 'out' to feed another, found none that reads it; add 'reads', [[edge]] or "
       "[[inputs]], or output = \"leaves\""},
      {kHead + "[[node]]\nname = 'in'\n[[node]]\nname = 'n'\nchain = true\nrepeat = 128\n",
       "5: expected at most 128 nodes, found more; join some into one with more labels"},
      {kHead + "[[node]]\nname = 'n'\nrepeat = 99999999999\n",
       "5: expected 'repeat' to be an integer from 1 to 128, found the integer 99999999999; "
       "correct it"},
      {kHead + "[[node]]\nname = 'in'\n[[node]]\nname = 'out'\nreads = 'in'\n",
       "1: expected something that varies, found only constant nodes and edges; give a node "
       "'labels', or add [[edge]] or [[inputs]]"},
  });
}

TEST(FileSpaceErrors, OfEdgesAndRules) {
  expect_problems({
      {kHead + kNodes + "[[edge]]\nfrom = 'out'\nto = 'in'\n",
       "12: expected a node of 'from' that is listed before one of 'to' and not always read by "
       "it, found none; edges go from an earlier node to a later one"},
      {kHead + kNodes + "[[edge]]\nfrom = 'a'\nto = 'out'\n",
       "12: expected one edge from 'a' to 'out', found a second; remove one"},
      {kHead + kNodes + "[[edge]]\nfrom = 'in'\nto = 'out'\nkinds = ['absent']\n",
       "15: expected different kinds besides 'absent', found 'absent'; remove it ('absent' is "
       "always possible)"},
      {kHead + kNodes + "[[inputs]]\nnode = 'out'\nfrom = ['in', 'out']\n",
       "12: expected inputs that are listed before 'out', found 'out'; edges go from an earlier "
       "node to a later one"},
      {kHead + kNodes + "[[inputs]]\nnode = 'out'\nfrom = ['in']\nchoose = 2\n",
       "15: expected 'choose' to be an integer from 1 to 1, found the integer 2; correct it"},
      {kHead + kNodes + "[[forbid]]\n",
       "12: expected values of variables in [[forbid]], found "
       "none; write variable = value"},
      {kHead + kNodes + "[[forbid]]\nb = 'u'\n",
       "13: expected a variable in [[forbid]], found 'b'; variables are named after their node, as "
       "from->to or as node.inputs"},
      {kHead + kNodes + "[[forbid]]\na = 'w'\n",
       "13: expected a value of 'a', found 'w'; correct it"},
      {kHead + kNodes + "[[forbid]]\na = ['u', 'v']\n",
       "12: expected at least one architecture that [[forbid]] and max_edges leave, found none; "
       "relax them"},
      {kHead + "max_edges = 1\n" + kNodes,
       "3: expected 'max_edges' to be at least 2, the number of edges that are always there, found "
       "1; raise it"},
      {kHead + kNodes + "[[forbid]]\na = ['u', 'u']\n",
       "13: expected different values of 'a', found 'u' twice; remove one"},
      {kHead + kNodes + "[[forbid]]\na = { not = ['u', 'v'] }\n",
       "13: expected a condition that some value of 'a' meets, found that 'not' lists all; remove "
       "the [[forbid]]"},
      {kHead + kNodes +
           "[[node]]\nname = 'end'\nreads = 'out'\n[[inputs]]\nnode = 'end'\n"
           "from = 'in'\n[[inputs]]\nnode = 'end'\nfrom = 'a'\n",
       "18: expected one [[inputs]] for node 'end', found a second; join their sets"},
  });
}

TEST(FileSpaceErrors, OfCosts) {
  const std::string cost = kHead + kNodes + "[[cost]]\nname = 'c'\nmeaning = 'm'\n";
  expect_problems({
      {cost + "labels = { w = 1 }\n",
       "15: expected a label of these nodes in the cost 'c', found 'w'; correct it"},
      {cost + "labels = { u = nan }\n",
       "15: expected the cost of a label to be a number of magnitude at most 1e15, found the "
       "number nan; correct it"},
      {cost + "edges = { far = 1 }\n",
       "15: expected a kind of edge in the cost 'c', found 'far'; correct it"},
      {cost + "kind = 'max'\n",
       "15: expected 'kind' to be sum, longest_path or path_count, found 'max'; correct it"},
      {cost + "kind = 'path_count'\nconstant = 1\n",
       "12: expected no numbers in the cost 'c', which counts paths, found some; remove them or "
       "change 'kind'"},
      {cost + "kind = 'path_count'\ndecimals = 1\n",
       "16: expected no 'decimals' in the cost 'c', which counts paths, found some; remove them"},
      {cost + "kind = 'longest_path'\neffective = false\n",
       "16: expected no 'effective' in the cost 'c', as paths are live anyway, found one; remove "
       "it"},
      {cost + "[[cost.at]]\nnodes = 'outt'\nlabels = { u = 1 }\n",
       "16: expected the name of a node in 'nodes', found 'outt'; did you mean 'out'?"},
      {cost + "[[cost]]\nname = 'c'\nmeaning = 'm'\n",
       "15: expected costs of different names, found 'c' twice; rename one"},
      {cost + "[[cost.at]]\nnodes = 'in'\nlabels = { u = 1 }\n",
       "17: expected a label of these nodes in the cost 'c', found 'u'; correct it"},
  });
}

TEST(FileSpaceErrors, OfClassesThatTakeTooLong) {
  const std::string dense =
      "[[node]]\nname = 'in'\n[[node]]\nname = 'n'\nrepeat = 20\nlabels = ['u', 'v']\n"
      "chain = true\n[[edge]]\nfrom = 'n'\nto = 'n'\n";
  EXPECT_EQ(problem(kHead + "classes = 'expression'\n" + dense),
            "f:3: expected expressions of at most 16384 bytes, found that they can be longer; use "
            "classes = \"none\"");
  EXPECT_EQ(problem(kHead + "classes = 'isomorphism'\n" + dense),
            "f:3: expected at most 12 nodes besides inputs and output for isomorphism, found 19; "
            "use classes = \"none\"");
  EXPECT_EQ(problem(kHead + dense), "accepted");
}

TEST(FileSpaceErrors, OfHostileTexts) {
  const std::vector<std::string> texts = {
      "a = " + repeated("[", 500000),
      "a = " + repeated("[", 200) + repeated("]", 200),
      repeated("a = { ", 5000),
      repeated("a.", 400000) + "a = 1",
      "[" + repeated("a.", 250) + "a]",
      repeated(repeated("a.", 120) + "a = [\n{", 14),
      "[=]",
      "[a.",
      "[[",
      std::string(2000000, '#'),
      std::string(1000000, '\n'),
      kHead + repeated("[[node]]\n", 100000),
      "name = \"\xff\"",
      "\u00fc = 1",
      "name \u3002 1",
      std::string("name = 'a\0b'", 12),
      kHead + "max_edges = 99999999999999999999999999",
  };
  for (const std::string& text : texts) {
    EXPECT_EQ(problem(text).substr(0, 2), "f:") << text.substr(0, 40);
  }
}

TEST(FileSpaceErrors, OfTooManyValues) {
  const auto labels = [](int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += fmt::format("'l{}',", i);
    return kHead + "[[node]]\nname = 'in'\n[[node]]\nname = 'a'\nreads = 'in'\nlabels = [" + list +
           "]\n";
  };
  EXPECT_EQ(problem(labels(254)), "accepted");
  std::string many = kHead + "[[node]]\nname = 'n0'\n";
  for (int node = 1; node <= 5; ++node) {
    many += fmt::format("[[node]]\nname = 'n{}'\nchain = true\nlabels = [", node);
    for (int i = 0; i < 254; ++i) many += fmt::format("'l{}_{}',", node, i);
    many += "]\n";
  }
  EXPECT_EQ(problem(many),
            "f:21: expected at most 1024 different labels in a file, found more; use fewer");
  EXPECT_EQ(problem(labels(255)),
            "f:8: expected 'labels' to be a list of 1 to 254 entries, found a list of 255; correct "
            "it");
  EXPECT_EQ(problem(kHead + "[[node]]\nname = 'in'\n[[node]]\nname = 'n'\nrepeat = 60\n"
                            "label = 'n'\nreads = 'in'\n[[node]]\nname = 'out'\n[[inputs]]\n"
                            "node = 'out'\nfrom = 'n'\nchoose = 30\n"),
            "f:12: expected at most 254 sets of inputs, found more; list the useful ones as "
            "'sets'");
  EXPECT_EQ(problem(kHead + "[[node]]\nname = 'in'\n[[node]]\nname = 'n'\nrepeat = 40\n"
                            "chain = true\n[[edge]]\nfrom = 'n'\nto = 'n'\n"),
            "f:9: expected at most 256 variables, found more; make some constant");
}

// Every value that is tried while an architecture is drawn takes a pass over this rule's 16,256
// steps. Time of the processor: 0.6 s, several times that under sanitizers, and 20 s if as many
// architectures were drawn as from a small space.
TEST(FileSpaceErrors, OfColumnsThatTakeTooLong) {
  std::string labels;
  for (int i = 0; i < 254; ++i) labels += fmt::format("'l{}',", 100 + i);
  std::string rule;
  for (int i = 1; i <= 32; ++i) rule += fmt::format("n_{} = {{ not = 'l100' }}\n", i);
  const std::clock_t start = std::clock();
  EXPECT_EQ(problem(kHead + "[[node]]\nname = 'in'\n[[node]]\nname = 'n'\nrepeat = 33\n" +
                    "chain = true\nlabels = [" + labels + "]\n[[forbid]]\n" + rule +
                    "[columns]\nnames = ['c']\ntemplate = '{n:.}'\n"),
            "accepted");
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 15);
}

}  // namespace
}  // namespace dinas
