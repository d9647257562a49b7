#include "space/nasbench_nlp.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/space_test.h"

namespace dinas {
namespace {

using Strings = std::vector<std::string>;
using Edges = std::vector<std::pair<int, int>>;

constexpr auto kRnn =
    R"({"f":{"op":"linear","input":["x","h_prev_0"]},"h_new_0":{"op":"activation_tanh","input":["f"]}})";

// Cell number 1000002 of the benchmark: a gated recurrent unit.
constexpr auto kGru = R"({"r": {"op": "linear", "input": ["x", "h_prev_0"]},
    "r_act": {"op": "activation_sigm", "input": ["r"]},
    "z": {"op": "linear", "input": ["x", "h_prev_0"]},
    "z_act": {"op": "activation_sigm", "input": ["z"]},
    "rh": {"op": "elementwise_prod", "input": ["r_act", "h_prev_0"]},
    "h_tilde": {"op": "linear", "input": ["x", "rh"]},
    "h_tilde_act": {"op": "activation_tanh", "input": ["h_tilde"]},
    "h_new_0": {"op": "blend", "input": ["z_act", "h_prev_0", "h_tilde_act"]}})";

// Two hidden states; h_new_1 is an operand of a later operation and not the last node.
constexpr auto kTwoStates = R"({"a": {"op": "linear", "input": ["x", "h_prev_1", "h_prev_0"]},
    "h_new_1": {"op": "activation_leaky_relu", "input": ["a"]},
    "h_new_0": {"op": "elementwise_sum", "input": ["h_new_1", "h_prev_0"]}})";

class NasBenchNlp : public SpaceTest {
 protected:
  NasBenchNlp() : SpaceTest(make_nasbench_nlp()) {}

  [[nodiscard]] double metric(const std::string& name, const std::string& recipe) const {
    return SpaceTest::metric(name, parse(recipe));
  }
};

// Codes: linear 0, blend 1, prod 2, sum 3, tanh 4, sigm 5, leaky relu 6, absent 7. Operands: x 1,
// h_prev_0 2, h_prev_1 3, h_prev_2 4, then the operations from 5.
TEST_F(NasBenchNlp, CellByHand) {
  const Architecture expected = {0, 1,  2, 0,   // linear x, h_prev_0
                                 5, 5,  0, 0,   // sigm of operation 1
                                 0, 1,  2, 0,   // linear x, h_prev_0
                                 5, 7,  0, 0,   // sigm of operation 3
                                 2, 6,  2, 0,   // prod of operation 2, h_prev_0
                                 0, 1,  9, 0,   // linear x, operation 5
                                 4, 10, 0, 0,   // tanh of operation 6
                                 1, 8,  2, 11,  // blend of operation 4, h_prev_0, operation 7
                                 7, 0,  0, 0,   // absent
                                 8, 0,  0};     // h_new_0 is operation 8
  EXPECT_EQ(parse(kGru), expected);
  EXPECT_TRUE(is_valid(space_->skeleton(), expected));
  EXPECT_FALSE(space_->is_degenerate(expected));
  EXPECT_EQ(space_->print(expected),
            R"({"node_1":{"op":"linear","input":["x","h_prev_0"]},)"
            R"("node_2":{"op":"activation_sigm","input":["node_1"]},)"
            R"("node_3":{"op":"linear","input":["x","h_prev_0"]},)"
            R"("node_4":{"op":"activation_sigm","input":["node_3"]},)"
            R"("node_5":{"op":"elementwise_prod","input":["node_2","h_prev_0"]},)"
            R"("node_6":{"op":"linear","input":["x","node_5"]},)"
            R"("node_7":{"op":"activation_tanh","input":["node_6"]},)"
            R"("h_new_0":{"op":"blend","input":["node_4","h_prev_0","node_7"]}})");
}

TEST_F(NasBenchNlp, SeveralStatesByHand) {
  const Architecture cell = parse(kTwoStates);
  EXPECT_EQ(Architecture(cell.begin(), cell.begin() + 13),
            (Architecture{0, 1, 3, 2, 6, 5, 0, 0, 3, 6, 2, 0, 7}));
  EXPECT_EQ(Architecture(cell.end() - 3, cell.end()), (Architecture{3, 2, 0}));
  EXPECT_EQ(space_->print(cell),
            R"({"node_1":{"op":"linear","input":["x","h_prev_1","h_prev_0"]},)"
            R"("h_new_1":{"op":"activation_leaky_relu","input":["node_1"]},)"
            R"("h_new_0":{"op":"elementwise_sum","input":["h_new_1","h_prev_0"]}})");
}

// Of the four inputs, three are in use, so the first operation is node 3.
TEST_F(NasBenchNlp, GraphHasTheNodesInUse) {
  const Space::NamedGraph graph = space_->graph(parse(kTwoStates));
  EXPECT_EQ(graph.labels, (Strings{"x", "h_prev_0", "h_prev_1", "linear", "activation_leaky_relu",
                                   "elementwise_sum", "output"}));
  EXPECT_EQ(graph.edges, (Edges{{0, 3}, {2, 3}, {1, 3}, {3, 4}, {4, 5}, {1, 5}, {5, 6}, {4, 6}}));
}

// The published count of cell 1000000. Embedding and decoder 33278 * 401; layers 400-600, 600-600,
// 600-400 with weights (in + out) * out and a bias of `out`.
TEST_F(NasBenchNlp, ParametersByHand) {
  EXPECT_EQ(metric("num_params", kRnn),
            33278 * 401 + 1000 * 600 + 600 + 1200 * 600 + 600 + 1000 * 400 + 400);
  EXPECT_EQ(metric("num_params", kRnn), 15066078.0);
  EXPECT_EQ(metric("num_params", kGru), 18509278.0);
  // One linear of x and two states.
  EXPECT_EQ(metric("num_params", kTwoStates),
            33278 * 401 + 1600 * 600 + 600 + 1800 * 600 + 600 + 1400 * 400 + 400);
}

TEST_F(NasBenchNlp, CountsByHand) {
  EXPECT_EQ(metric("operations", kGru), 8.0);
  EXPECT_EQ(metric("linears", kGru), 3.0);
  EXPECT_EQ(metric("hidden_states", kGru), 1.0);
  EXPECT_EQ(metric("depth", kGru), 6.0);  // r, r_act, rh, h_tilde, h_tilde_act, h_new_0
  EXPECT_EQ(metric("operations", kTwoStates), 3.0);
  EXPECT_EQ(metric("linears", kTwoStates), 1.0);
  EXPECT_EQ(metric("hidden_states", kTwoStates), 2.0);
  EXPECT_EQ(metric("depth", kTwoStates), 3.0);
  EXPECT_EQ(metric("depth", kRnn), 2.0);
}

TEST_F(NasBenchNlp, SkeletonByHand) {
  const Skeleton& s = space_->skeleton();
  EXPECT_EQ(s.nodes, 14);
  EXPECT_EQ(s.variable_count(), 39);
  EXPECT_EQ(s.total_values(), 9 * 8 + 3 * (5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 + 13) + 3 * 10);
  EXPECT_EQ(s.vocabulary,
            (Strings{"x", "h_prev_0", "h_prev_1", "h_prev_2", "output", "linear", "blend",
                     "elementwise_prod", "elementwise_sum", "activation_tanh", "activation_sigm",
                     "activation_leaky_relu", "absent"}));
  EXPECT_EQ(s.fixed_label, (std::vector<int>{0, 1, 2, 3, -1, -1, -1, -1, -1, -1, -1, -1, -1, 4}));
  EXPECT_TRUE(s.fixed_edges.empty());
  Strings channels;
  for (const EdgeChannel& channel : s.channels) channels.push_back(channel.name);
  EXPECT_EQ(channels,
            (Strings{"operand 1", "operand 2", "operand 3", "h_new_0", "h_new_1", "h_new_2"}));
}

TEST_F(NasBenchNlp, VariablesAreAtTheirPlaces) {
  const Skeleton& s = space_->skeleton();
  for (std::size_t v = 0; v < s.variables.size(); ++v) {
    const Variable& variable = s.variables[v];
    const bool hidden = v >= 36;
    EXPECT_EQ(variable.node, hidden ? 13 : 4 + static_cast<int>(v) / 4);
    if (!hidden && v % 4 == 0) {
      ASSERT_EQ(variable.kind, VariableKind::kLabel);
      for (std::size_t k = 0; k < 8; ++k) {
        EXPECT_EQ(s.vocabulary.at(static_cast<std::size_t>(variable.labels.at(k))),
                  variable.values.at(k));
      }
      continue;
    }
    ASSERT_EQ(variable.kind, VariableKind::kInputs);
    EXPECT_EQ(variable.channel, static_cast<int>(hidden ? v - 33 : v % 4 - 1));
    EXPECT_TRUE(variable.sets.at(0).empty());
    const int first = hidden ? 4 : 0;
    ASSERT_EQ(variable.sets.size(), variable.values.size());
    for (std::size_t k = 1; k < variable.sets.size(); ++k) {
      EXPECT_EQ(variable.sets[k], std::vector<int>{first + static_cast<int>(k) - 1});
    }
    EXPECT_EQ(variable.sets.back().front(), variable.node - 1);
  }
}

}  // namespace
}  // namespace dinas
