#include "space/nasbench101.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "space/draw.h"
#include "space/nasbench101_cell.h"
#include "support/space_test.h"

namespace dinas {
namespace {

using Labels = std::vector<std::string>;

class NasBench101 : public SpaceTest {
 protected:
  NasBench101() : SpaceTest(make_nasbench101()) {}

  [[nodiscard]] bool same_class(const std::string& a, const std::string& b) const {
    return space_->canonical_class(parse(a)) == space_->canonical_class(parse(b));
  }
};

// The Inception-like cell of the benchmark's documentation.
constexpr auto kInception =
    R"({"matrix":[[0,1,1,1,0,1,0],[0,0,0,0,0,0,1],[0,0,0,0,0,0,1],[0,0,0,0,1,0,0],)"
    R"([0,0,0,0,0,0,1],[0,0,0,0,0,0,1],[0,0,0,0,0,0,0]],)"
    R"("ops":["input","conv1x1-bn-relu","conv3x3-bn-relu","conv3x3-bn-relu","conv3x3-bn-relu",)"
    R"("maxpool3x3","output"]})";
constexpr auto kIdentity = R"({"matrix":[[0,1],[0,0]],"ops":["input","output"]})";

// A cell as JSON; the rows of the matrix as text.
std::string cell_of(const std::string& rows, const Labels& inner) {
  std::string ops = "\"input\"";
  for (const std::string& op : inner) ops += ",\"" + op + "\"";
  return R"({"matrix":[)" + rows + R"(],"ops":[)" + ops + ",\"output\"]}";
}

constexpr auto kConv3 = "conv3x3-bn-relu";
constexpr auto kConv1 = "conv1x1-bn-relu";
constexpr auto kPool = "maxpool3x3";
constexpr auto kChain3 = "[0,1,0],[0,0,1],[0,0,0]";
constexpr auto kChain4 = "[0,1,0,0],[0,0,1,0],[0,0,0,1],[0,0,0,0]";

TEST_F(NasBench101, CellByHand) {
  const Architecture cell = {1, 0, 0, 0, 2,     // 1x1, three 3x3, max pooling
                             1, 1, 1, 0, 1, 0,  // 0 -> 1, 2, 3, 5
                             0, 0, 0, 0, 1,     // 1 -> 6
                             0, 0, 0, 1,        // 2 -> 6
                             1, 0, 0,           // 3 -> 4
                             0, 1,              // 4 -> 6
                             1};                // 5 -> 6
  EXPECT_EQ(parse(kInception), cell);
  EXPECT_EQ(parse("111010000010001100011 1 2 3 3 3 4 5"), cell);
  EXPECT_EQ(space_->print(cell), kInception);
  EXPECT_TRUE(is_valid(space_->skeleton(), cell));
  EXPECT_FALSE(space_->is_degenerate(cell));
  // With input channels a and output channels c, four nodes of c / 4 feed the output. Projections
  // 4 (a c/4 + 2 c/4), operations 28 (c/4)^2 + 4 * 2 c/4: a c + 1.75 c^2 + 4 c together. Cells
  // 136,704 + 510,976 + 2,037,760, stem 3,712, dense 5,130; the sum is what the benchmark's
  // documentation shows for this cell.
  EXPECT_EQ(metric("params", cell), 2694282.0);
  // 135,168 * 32^2 + 507,904 * 16^2 + 2,031,616 * 8^2 + 3,456 * 32^2 + 5,120.
  EXPECT_EQ(metric("macs_m", cell), 402.002944);
  EXPECT_EQ(metric("conv3x3", cell), 3.0);
  EXPECT_EQ(metric("conv1x1", cell), 1.0);
  EXPECT_EQ(metric("maxpool", cell), 1.0);
  EXPECT_EQ(metric("depth", cell), 3.0);
  EXPECT_EQ(metric("edges", cell), 9.0);
  EXPECT_EQ(metric("vertices", cell), 7.0);
}

TEST_F(NasBench101, SmallestCellByHand) {
  Architecture cell(26, 0);
  std::fill_n(cell.begin(), 5, std::uint8_t{3});
  cell[nasbench101_edge(5, 0, 6)] = 1;
  EXPECT_EQ(parse(kIdentity), cell);
  EXPECT_EQ(parse("100000000000000000000 1 5 0 0 0 0 0"), cell);
  EXPECT_EQ(space_->print(cell), kIdentity);
  // One projection a cell, a c + 2 c: 49,920 + 165,376 + 658,432, stem 3,712, dense 5,130.
  EXPECT_EQ(metric("params", cell), 882570.0);
  EXPECT_EQ(metric("macs_m", cell), 137.761792);
  EXPECT_EQ(metric("depth", cell), 1.0);
  EXPECT_EQ(metric("vertices", cell), 2.0);
}

TEST_F(NasBench101, GraphIsTheCellWithoutAbsentNodes) {
  const Space::NamedGraph graph =
      space_->graph(parse(cell_of("[0,1,0,1],[0,0,1,0],[0,0,0,1],[0,0,0,0]", {kPool, kConv3})));
  EXPECT_EQ(graph.labels, (Labels{"input", kPool, kConv3, "output"}));
  const std::vector<std::pair<int, int>> edges = {{0, 1}, {0, 3}, {1, 2}, {2, 3}};
  EXPECT_EQ(graph.edges, edges);
}

TEST_F(NasBench101, SkeletonAgreesWithTheNotation) {
  const Skeleton& skeleton = space_->skeleton();
  EXPECT_EQ(skeleton.nodes, 7);
  ASSERT_EQ(skeleton.variable_count(), 26);
  EXPECT_EQ(skeleton.total_values(), 5 * 4 + 21 * 2);
  EXPECT_EQ(skeleton.vocabulary, (Labels{kConv3, kConv1, kPool, "absent", "input", "output"}));
  EXPECT_EQ(skeleton.fixed_label, (std::vector<int>{4, -1, -1, -1, -1, -1, 5}));
  EXPECT_TRUE(skeleton.fixed_edges.empty());
  ASSERT_EQ(skeleton.channels.size(), 1U);
  for (std::size_t v = 0; v < 26; ++v) {
    const Variable& variable = skeleton.variables[v];
    ASSERT_EQ(variable.kind, v < 5 ? VariableKind::kLabel : VariableKind::kEdge);
    if (v < 5) {
      EXPECT_EQ(variable.node, static_cast<int>(v) + 1);
      EXPECT_EQ(variable.values, (Labels{kConv3, kConv1, kPool, "absent"}));
      EXPECT_EQ(variable.labels, (std::vector<int>{0, 1, 2, 3}));
    } else {
      EXPECT_EQ(nasbench101_edge(5, variable.source, variable.node), v);
      EXPECT_EQ(variable.values, (Labels{"absent", "present"}));
    }
  }
  EXPECT_FALSE(space_->enumerable().has_value());
}

TEST_F(NasBench101, NodesOnNoPathArePruned) {
  const Architecture chain = parse(cell_of(kChain3, {kConv1}));
  EXPECT_EQ(parse(cell_of("[0,1,1,0],[0,0,0,1],[0,0,0,0],[0,0,0,0]", {kConv1, kPool})), chain);
  EXPECT_EQ(parse(cell_of("[0,0,1,0],[0,0,0,1],[0,0,0,1],[0,0,0,0]", {kPool, kConv1})), chain);
  // Ten edges, of which 0 -> 1 and 1 -> 6 lie on the only path.
  EXPECT_EQ(parse("111110110011100000000 1 2 3 3 3 4 5"), chain);
  // Padding spells the same cell.
  EXPECT_EQ(parse("100000100000000000000 1 2 5 0 0 0 0"), chain);
}

// Cells of `nodes` nodes, all poolings, with an edge wherever `joined` says so.
std::string spelling_of(int nodes, const std::function<bool(int, int)>& joined) {
  std::string rows;
  for (int from = 0; from < nodes; ++from) {
    rows += from > 0 ? ",[" : "[";
    for (int to = 0; to < nodes; ++to) {
      rows += to > 0 ? "," : "";
      rows += from < to && joined(from, to) ? "1" : "0";
    }
    rows += "]";
  }
  return cell_of(rows, Labels(static_cast<std::size_t>(nodes) - 2, kPool));
}

// As in ModelSpec of the benchmark.
TEST_F(NasBench101, LimitsHoldAfterPruning) {
  const auto chain = [](int nodes, int used) {  // the nodes behind `used` are dead ends
    return spelling_of(nodes, [=](int from, int to) {
      return to == from + 1 ? to < used || to < nodes - 1 : from == used - 2 && to == nodes - 1;
    });
  };
  EXPECT_EQ(parse(chain(32, 7)), parse(chain(7, 7)));
  EXPECT_EQ(parse(chain(8, 3)), parse(cell_of(kChain3, {kPool})));
  EXPECT_EQ(reason(chain(8, 8)), "8 nodes on input-output paths: expected at most 7");
  EXPECT_EQ(reason(chain(33, 7)),
            "33 operations: expected 2 to 32, \"input\" and \"output\" included");
}

TEST_F(NasBench101, KeysThatContradictAreRefused) {
  EXPECT_EQ(reason(R"({"matrix":[[0,1],[0,0]],"ops":["input"],"ops":["input","output"]})"),
            "the key 'ops' comes twice");
  EXPECT_EQ(reason(R"({"matrix":[[0,1],[0,0]],"ops":["input","output"],"x":{"a":1,"a":1}})"),
            "the key 'a' comes twice");
  EXPECT_EQ(parse(R"({"matrix":[[0,1],[0,0]],"ops":["input","output"],"x":{"ops":1},)"
                  R"("module_operations":["input","output"]})"),
            parse(kIdentity));
  EXPECT_EQ(reason(R"({"matrix":[[0,1],[0,0]],"ops":["input","output"],)"
                   R"("module_operations":["input","maxpool3x3","output"]})"),
            R"(the keys "ops" and "module_operations" differ: expected one of them)");
  EXPECT_EQ(reason(R"({"matrix":[[0,1],[0,0]],"module_adjacency":[[0,0],[0,0]],)"
                   R"("ops":["input","output"]})"),
            R"(the keys "matrix" and "module_adjacency" differ: expected one of them)");
}

TEST_F(NasBench101, OtherKeysAndSpacesAreRead) {
  EXPECT_EQ(parse("\n { \"module_operations\": [\"input\", \"output\"], \"trainable_parameters\": "
                  "882570,\n \"module_adjacency\": [[0, 1], [0, 0]] } "),
            parse(kIdentity));
}

TEST_F(NasBench101, OrderOfNodesDoesNotChangeTheClass) {
  // Inception with the branches 1, 2, 5 in another order.
  EXPECT_TRUE(same_class(kInception, "111010000010001100011 1 3 2 3 3 4 5"));
  EXPECT_TRUE(same_class(kInception, "111010000010001100011 1 4 2 3 3 3 5"));
  EXPECT_NE(parse(kInception), parse("111010000010001100011 1 4 2 3 3 3 5"));
  // The 1x1 convolution or the pooling on the branch of two instead.
  EXPECT_FALSE(same_class(kInception, "111010000010001100011 1 3 3 2 3 4 5"));
  EXPECT_FALSE(same_class(kInception, "111010000010001100011 1 2 3 3 4 3 5"));
}

TEST_F(NasBench101, ClassesOfSmallCellsByHand) {
  // A chain backwards, and the two ways to shorten a chain of equal operations.
  EXPECT_FALSE(same_class(cell_of(kChain4, {kConv3, kConv1}), cell_of(kChain4, {kConv1, kConv3})));
  const std::string from_input = "[0,1,1,0],[0,0,1,0],[0,0,0,1],[0,0,0,0]";
  const std::string to_output = "[0,1,0,0],[0,0,1,1],[0,0,0,1],[0,0,0,0]";
  const std::string past_both = "[0,1,0,1],[0,0,1,0],[0,0,0,1],[0,0,0,0]";
  EXPECT_FALSE(same_class(cell_of(from_input, {kPool, kPool}), cell_of(to_output, {kPool, kPool})));
  EXPECT_FALSE(same_class(cell_of(past_both, {kPool, kPool}), cell_of(to_output, {kPool, kPool})));
  // Nodes with the same neighbours change places.
  const std::string parallel = "[0,1,1,0],[0,0,0,1],[0,0,0,1],[0,0,0,0]";
  EXPECT_TRUE(same_class(cell_of(parallel, {kConv3, kPool}), cell_of(parallel, {kPool, kConv3})));
  EXPECT_FALSE(same_class(cell_of(parallel, {kConv3, kPool}), cell_of(parallel, {kPool, kPool})));
  EXPECT_FALSE(same_class(cell_of(kChain3, {kConv3}), cell_of(kChain4, {kConv3, kConv3})));
}

TEST_F(NasBench101, PrintIsTheInverseOfParse) {
  RandomStream stream(1, Purpose::kCheck);
  for (int i = 0; i < 5000; ++i) {
    const Architecture cell = random_architecture(space_->skeleton(), stream);
    ASSERT_EQ(parse(space_->print(cell)), cell) << space_->print(cell);
  }
}

TEST_F(NasBench101, BadJsonIsRefusedWithTheReason) {
  EXPECT_EQ(reason("{\"matrix\":[[0,1],[0,0]]"), "not JSON: unexpected character 24");
  EXPECT_EQ(reason(R"({"matrix":[[0,1],[0,0]]})"),
            R"(expected an array under the key "ops" or "module_operations")");
  EXPECT_EQ(reason(R"({"matrix":3,"ops":["input","output"]})"),
            R"(expected an array under the key "matrix" or "module_adjacency")");
  EXPECT_EQ(reason(R"({"matrix":[[0]],"ops":["input"]})"),
            R"(1 operations: expected 2 to 32, "input" and "output" included)");
  EXPECT_EQ(reason(cell_of(kChain4, {kConv1})), "4 rows of the matrix, but 3 operations");
  EXPECT_EQ(reason(cell_of("[0,1,0],[0,0],[0,0,0]", {kConv1})),
            "row 1 of the matrix: expected 3 entries, one for each operation");
  EXPECT_EQ(reason(cell_of("[0,1,0],[0,0,2],[0,0,0]", {kConv1})),
            "entry (1, 2) of the matrix: expected 0 or 1");
  EXPECT_EQ(reason(cell_of("[0,1,0],[0,0,1.0],[0,0,0]", {kConv1})),
            "entry (1, 2) of the matrix: expected 0 or 1");
  EXPECT_EQ(reason(cell_of("[0,1,0],[0,1,1],[0,0,0]", {kConv1})),
            "entry (1, 1) of the matrix is not above the diagonal");
  EXPECT_EQ(reason(cell_of(kChain3, {"conv5x5"})),
            "operation 'conv5x5' of node 1: expected one of conv3x3-bn-relu, conv1x1-bn-relu, "
            "maxpool3x3");
  EXPECT_EQ(reason(R"({"matrix":[[0,1],[0,0]],"ops":["output","input"]})"),
            "operation 'output' of node 0: expected input");
  EXPECT_EQ(reason(R"({"matrix":[[0,1],[0,0]],"ops":["input",[]]})"),
            "operation '(no text)' of node 1: expected output");
}

TEST_F(NasBench101, TextsThatAreNoCellAreRefusedWithTheReason) {
  EXPECT_EQ(reason(cell_of("[0,1,0],[0,0,0],[0,0,0]", {kConv1})),
            "no path from the input to the output");
  // Inception and an edge from the input to the output.
  EXPECT_EQ(reason("111011000010001100011 1 2 3 3 3 4 5"),
            "10 edges between the nodes on input-output paths: expected at most 9");
  const std::string neither =
      "neither JSON {\"matrix\": [[...]], \"ops\": [...]} nor 21 digits 0 or 1 and the vertex "
      "labels v1 to v7 (0 to 5), each behind a space";
  for (const auto* text :
       {"", "x", "111010000010001100011", "111010000010001100011 1 2 3 3 3 4",
        "111010000010001100011 1 2 3 3 3 4 6", "211010000010001100011 1 2 3 3 3 4 5",
        "111010000010001100011,1,2,3,3,3,4,5"}) {
    EXPECT_EQ(reason(text), neither) << text;
  }
  EXPECT_EQ(reason("100000000000000000000 1 0 5 0 0 0 0"),
            "vertex labels: expected 2 to 7 of them, then padding (0)");
  EXPECT_EQ(reason("100000000000000000000 1 2 3 0 0 0 0"),
            "vertex labels: expected the first to be 1 (input) and the last before padding 5 "
            "(output)");
  EXPECT_EQ(reason("100000000000000000000 1 5 5 0 0 0 0"),
            "vertex label v2 is 5: expected 2, 3 or 4");
  EXPECT_EQ(reason("101000000000000000000 1 2 5 0 0 0 0"), "edge 0 -> 3 leads to padding");
}

TEST_F(NasBench101, HostileTextsAreRefusedQuickly) {
  EXPECT_EQ(reason(std::string(70000, '{')), "70000 bytes: expected at most 65536");
  const std::string deep = R"({"ops":["input",)" + std::string(30000, '[') +
                           std::string(30000, ']') + R"(],"matrix":[]})";
  EXPECT_EQ(reason(deep), "values more than 16 deep in each other");
  EXPECT_NE(reason(std::string(60000, '{')), "accepted");
  EXPECT_NE(reason("{\"ops\":[\"input\",\"\xff\xfe\"],\"matrix\":[[0,1],[0,0]]}"), "accepted");
}

}  // namespace
}  // namespace dinas
