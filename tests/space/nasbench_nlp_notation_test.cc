#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/random.h"
#include "space/draw.h"
#include "space/nasbench_nlp.h"
#include "support/space_test.h"

namespace dinas {
namespace {

class NlpNotation : public SpaceTest {
 protected:
  NlpNotation() : SpaceTest(make_nasbench_nlp()) {}

  // What is wrong with a recipe of one or more nodes, written without the outer braces.
  [[nodiscard]] std::string nodes(const std::string& text) const {
    return reason("{" + text + "}");
  }
  [[nodiscard]] Architecture random(std::uint32_t item) const {
    RandomStream stream(1, Purpose::kSpace, item);
    return random_architecture(space_->skeleton(), stream);
  }
};

const std::string kF = R"("f":{"op":"linear","input":["x","h_prev_0"]})";
const std::string kOut = R"("h_new_0":{"op":"activation_tanh","input":["f"]})";

TEST_F(NlpNotation, RandomCellsSurviveTheRoundTrip) {
  std::string why;
  for (std::uint32_t item = 0; item < 5000; ++item) {
    const Architecture cell = random(item);
    ASSERT_EQ(space_->parse(space_->print(cell), why), cell) << why;
  }
}

TEST_F(NlpNotation, RecipeInAStringIsTheSameCell) {
  std::string why;
  const std::string recipe = "{" + kF + "," + kOut + "}";
  const auto cell = space_->parse(recipe, why);
  ASSERT_TRUE(cell) << why;
  EXPECT_EQ(space_->parse(nlohmann::json(recipe).dump(), why), cell);
  EXPECT_EQ(reason(nlohmann::json(nlohmann::json(recipe).dump()).dump()),
            "expected a JSON object, node name -> {op, input}");
}

// A file that is not topological: c waits for a; b, ready at once, keeps its place before c.
TEST_F(NlpNotation, NodesAreSortedInTheOrderOfTheFile) {
  std::string why;
  const auto cell = space_->parse(R"({"h_new_0":{"op":"elementwise_sum","input":["c","b"]},
      "c":{"op":"activation_sigm","input":["a"]},"b":{"op":"linear","input":["h_prev_0","x"]},
      "a":{"op":"linear","input":["x","h_prev_0"]}})",
                                  why);
  ASSERT_TRUE(cell) << why;
  EXPECT_EQ(space_->print(*cell),
            R"({"node_1":{"op":"linear","input":["h_prev_0","x"]},)"
            R"("node_2":{"op":"linear","input":["x","h_prev_0"]},)"
            R"("node_3":{"op":"activation_sigm","input":["node_2"]},)"
            R"("h_new_0":{"op":"elementwise_sum","input":["node_3","node_1"]}})");
}

// Names that only begin like those of states are free, as in the benchmark's LSTM.
TEST_F(NlpNotation, NamesOfNodesAreFree) {
  EXPECT_EQ(nodes(R"("h_new_1_part1":{"op":"linear","input":["x","h_prev_0"]},
      "h_prev_a":{"op":"linear","input":["x","h_new_1_part1"]},
      "h_new_0":{"op":"activation_tanh","input":["h_prev_a"]})"),
            "accepted");
}

TEST_F(NlpNotation, WhatIsNoRecipeIsRefused) {
  const std::string no_object = "expected a JSON object, node name -> {op, input}";
  EXPECT_EQ(reason(""), "not JSON: unexpected character 1");
  EXPECT_EQ(reason("{\"f\":}"), "not JSON: unexpected character 6");
  EXPECT_EQ(reason("{" + kF + "," + kOut + "} x"), "not JSON: unexpected character 97");
  EXPECT_EQ(reason("\"{\""), "not JSON: unexpected character 2");
  EXPECT_EQ(reason("{\"f\":1e999}"), "not JSON: a number beyond all that a double holds");
  EXPECT_EQ(reason("{}"), no_object);
  EXPECT_EQ(reason("[]"), no_object);
  EXPECT_EQ(reason("3"), no_object);
  EXPECT_EQ(nodes(kF + "," + kF + "," + kOut), "the key 'f' comes twice");
  EXPECT_EQ(nodes(R"("f":{"op":"linear","op":"blend","input":[]})"), "the key 'op' comes twice");
}

TEST_F(NlpNotation, BadNodesAreRefused) {
  const std::string form = "node 'f': expected {\"op\": name, \"input\": [names]}";
  EXPECT_EQ(nodes(R"("f":"linear")"), form);
  EXPECT_EQ(nodes(R"("f":{"op":"linear"})"), form);
  EXPECT_EQ(nodes(R"("f":{"op":1,"input":["x"]})"), form);
  EXPECT_EQ(nodes(R"("f":{"op":"linear","input":"x"})"), form);
  EXPECT_EQ(nodes(R"("f":{"op":"linear","input":["x","h_prev_0"],"bias":0})"), form);
  EXPECT_EQ(nodes(R"("f":{"op":"conv","input":["x"]})"), "node 'f': unknown op 'conv'");
  EXPECT_EQ(nodes(R"("f":{"op":"linear","input":["x"]})"),
            "node 'f': linear takes 2 or 3 operands, found 1");
  EXPECT_EQ(nodes(R"("f":{"op":"blend","input":["x","h_prev_0"]})"),
            "node 'f': blend takes 3 operands, found 2");
  EXPECT_EQ(nodes(R"("f":{"op":"elementwise_sum","input":["x","h_prev_0","h_prev_1"]})"),
            "node 'f': elementwise_sum takes 2 operands, found 3");
  EXPECT_EQ(nodes(R"("f":{"op":"linear","input":["x","y"]})"), "node 'f': unknown operand 'y'");
  EXPECT_EQ(nodes(R"("f":{"op":"linear","input":["x","h_prev_3"]})"),
            "node 'f': unknown operand 'h_prev_3'");
  EXPECT_EQ(nodes(R"("f":{"op":"linear","input":["x","x"]})"), "node 'f': operand 'x' comes twice");
  EXPECT_EQ(nodes(R"("f":{"op":"linear","input":["x",["x"]]})"),
            "node 'f': an operand is not a name");
}

TEST_F(NlpNotation, BadStatesAndInputsAreRefused) {
  EXPECT_EQ(nodes(kF), "no node h_new_0");
  EXPECT_EQ(nodes(kF + R"(,"h_new_1":{"op":"activation_tanh","input":["f"]})"), "no node h_new_0");
  EXPECT_EQ(nodes(kF + "," + kOut + R"(,"h_new_2":{"op":"activation_tanh","input":["f"]})"),
            "no node h_new_1");
  EXPECT_EQ(nodes(kF + R"(,"h_new_3":{"op":"activation_tanh","input":["f"]})"),
            "unknown hidden state 'h_new_3': expected h_new_0 to h_new_2");
  EXPECT_EQ(nodes(kF + R"(,"h_new_00":{"op":"activation_tanh","input":["f"]})"),
            "unknown hidden state 'h_new_00': expected h_new_0 to h_new_2");
  EXPECT_EQ(nodes(R"("x":{"op":"linear","input":["h_prev_0","h_prev_1"]})"),
            "'x' is an input and cannot be a node");
  EXPECT_EQ(nodes(R"("h_prev_12":{"op":"linear","input":["x","h_prev_0"]})"),
            "'h_prev_12' is an input and cannot be a node");
  EXPECT_EQ(nodes(R"("f":{"op":"linear","input":["x","h_prev_1"]},)" + kOut),
            "no node reads h_prev_0");
  EXPECT_EQ(nodes(R"("f":{"op":"linear","input":["x","h_prev_0","h_prev_1"]},)" + kOut),
            "h_prev_1 is read but there is no h_new_1");
  EXPECT_EQ(nodes(R"("h_new_0":{"op":"activation_tanh","input":["h_prev_0"]})"), "no node reads x");
}

TEST_F(NlpNotation, BadWiringIsRefused) {
  EXPECT_EQ(nodes(kF + R"(,"g":{"op":"activation_tanh","input":["f"]},)" + kOut),
            "node 'g' is neither read nor a hidden state");
  EXPECT_EQ(nodes(kF + R"(,"a":{"op":"elementwise_sum","input":["f","b"]},
      "b":{"op":"activation_tanh","input":["a"]},)" +
                  kOut),
            "node 'a' depends on itself or on nodes that do");
  EXPECT_EQ(nodes(kF + R"(,"h_new_0":{"op":"elementwise_sum","input":["f","h_new_0"]})"),
            "node 'h_new_0' depends on itself or on nodes that do");
}

TEST_F(NlpNotation, NineOperationsFit) {
  std::string chain = kF;
  std::string last = "f";
  for (int i = 0; i < 7; ++i) {
    const std::string name = "n" + std::to_string(i);
    chain += ",\"" + name + R"(":{"op":"activation_tanh","input":[")" + last + "\"]}";
    last = name;
  }
  const auto with_output = [](const std::string& inner, const std::string& source) {
    return inner + R"(,"h_new_0":{"op":"activation_tanh","input":[")" + source + "\"]}";
  };
  EXPECT_EQ(nodes(with_output(chain, last)), "accepted");
  chain += R"(,"m":{"op":"activation_tanh","input":[")" + last + "\"]}";
  EXPECT_EQ(nodes(with_output(chain, "m")), "10 operation nodes: at most 9 fit");
}

TEST_F(NlpNotation, HostileTextsAreRefused) {
  EXPECT_EQ(reason(std::string(16385, ' ')), "16385 bytes: expected at most 16384");
  EXPECT_EQ(reason(std::string(16384, '[')), "not JSON: unexpected character 16385");
  const std::string nested = std::string(8000, '[') + std::string(8000, ']');
  const std::string deep = "values more than 16 deep in each other";
  EXPECT_EQ(reason(nested), deep);
  EXPECT_EQ(nodes("\"f\":" + nested), deep);
  std::string many = "\"0\":0";
  for (int i = 1; i < 1000; ++i) many += ",\"" + std::to_string(i) + "\":0";
  EXPECT_EQ(nodes(many), "1000 operation nodes: at most 9 fit");
  EXPECT_EQ(nodes(many + ",\"1000\":0"), "an object of more than 1000 keys");
  EXPECT_NE(reason("{\"\xff\":0}"), "accepted");
}

// One character of a recipe changed or cut: either it is refused or what it says is a cell.
TEST_F(NlpNotation, DamagedRecipesNeverBecomeInvalidCells) {
  std::string why;
  std::size_t accepted = 0;
  for (std::uint32_t item = 0; item < 5000; ++item) {
    RandomStream stream(2, Purpose::kCheck, item);
    std::string text = space_->print(random(item % 200));
    const auto at = stream.below(static_cast<std::uint32_t>(text.size()));
    if (stream.below(2) == 0) {
      text.erase(at, 1);
    } else {
      text[at] = "{}[]\",:0123xh_"[stream.below(14)];
    }
    const auto cell = space_->parse(text, why);
    if (!cell) continue;
    ++accepted;
    ASSERT_TRUE(is_valid(space_->skeleton(), *cell)) << text;
    ASSERT_EQ(space_->parse(space_->print(*cell), why), cell);
  }
  EXPECT_GT(accepted, 0U);
}

}  // namespace
}  // namespace dinas
