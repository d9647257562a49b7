#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "space/draw.h"
#include "space/nasbench_nlp.h"
#include "support/nlp.h"
#include "support/space_test.h"

namespace dinas {
namespace {

// The cell of a reduced space of `places` operations in the layout of the whole space.
NlpCell widen(const Architecture& cell, int places) {
  Architecture wide = cell;
  const Architecture hidden(cell.end() - 3, cell.end());
  wide.resize(static_cast<std::size_t>(4 * places));
  for (int place = places; place < kNlpOperations; ++place) {
    wide.insert(wide.end(), {nlp_label::kAbsent, 0, 0, 0});
  }
  wide.insert(wide.end(), hidden.begin(), hidden.end());
  return decode_nlp(wide);
}

// The node list under a renaming of the operations, new index of each, operands sorted except
// those of blend.
std::vector<std::vector<int>> renamed(const NlpCell& cell, const std::vector<int>& names) {
  std::vector<std::vector<int>> result(cell.nodes.size() + 1);
  for (std::size_t i = 0; i < cell.nodes.size(); ++i) {
    auto& node = result[static_cast<std::size_t>(names[i])];
    node.push_back(cell.nodes[i].operation);
    for (const int source : cell.nodes[i].operands) {
      node.push_back(source < 4 ? source : 4 + names[static_cast<std::size_t>(source - 4)]);
    }
    if (cell.nodes[i].operation != nlp_label::kBlend) std::sort(node.begin() + 1, node.end());
  }
  for (const int node : cell.hidden) {
    result.back().push_back(names[static_cast<std::size_t>(node)]);
  }
  return result;
}

// Equal for isomorphic cells only, by trying all renamings.
std::vector<std::vector<int>> smallest_renaming(const NlpCell& cell) {
  std::vector<int> names(cell.nodes.size());
  std::iota(names.begin(), names.end(), 0);
  auto best = renamed(cell, names);
  while (std::next_permutation(names.begin(), names.end()))
    best = std::min(best, renamed(cell, names));
  return best;
}

// Counts classes by trying all renamings, which must agree with the canonical forms.
std::size_t checked_classes(const std::vector<NlpCell>& cells) {
  std::map<std::vector<std::vector<int>>, std::string> form_of_class;
  std::set<std::string> forms;
  for (const NlpCell& cell : cells) {
    const std::string form = nlp_canonical_form(cell);
    EXPECT_EQ(form_of_class.try_emplace(smallest_renaming(cell), form).first->second, form);
    forms.insert(form);
  }
  EXPECT_EQ(forms.size(), form_of_class.size());
  return forms.size();
}

// The operations in another topological order, operands shuffled where their order is free.
NlpCell shuffled(const NlpCell& cell, RandomStream& stream) {
  const std::size_t n = cell.nodes.size();
  std::vector<int> place(n, -1);
  const auto moved = [&](int source) {
    return source < 4 ? source : 4 + place[static_cast<std::size_t>(source - 4)];
  };
  const auto is_placed = [&](int source) {
    return source < 4 || place[static_cast<std::size_t>(source - 4)] >= 0;
  };
  NlpCell result;
  while (result.nodes.size() < n) {
    const std::size_t i = stream.below(static_cast<std::uint32_t>(n));
    NlpCell::Node node = cell.nodes[i];
    if (place[i] >= 0 || !std::ranges::all_of(node.operands, is_placed)) continue;
    std::ranges::transform(node.operands, node.operands.begin(), moved);
    if (node.operation != nlp_label::kBlend) {
      std::rotate(node.operands.begin(), node.operands.begin() + stream.below(2),
                  node.operands.end());
      if (stream.below(2) == 1) std::ranges::reverse(node.operands);
    }
    place[i] = static_cast<int>(result.nodes.size());
    result.nodes.push_back(node);
  }
  for (const int node : cell.hidden) {
    result.hidden.push_back(place[static_cast<std::size_t>(node)]);
  }
  return result;
}

class NlpClass : public SpaceTest {
 protected:
  NlpClass() : SpaceTest(make_nasbench_nlp()) {}

  [[nodiscard]] std::uint64_t of(const std::string& nodes) const {
    return space_->canonical_class(parse("{" + nodes + "}"));
  }
};

const std::string kA = R"("a":{"op":"linear","input":["x","h_prev_0"]},)";
const std::string kB = R"("b":{"op":"linear","input":["h_prev_0","x"]},)";
const std::string kSigm = R"("s":{"op":"activation_sigm","input":["b"]},)";

std::string output(const std::string& op, const std::string& operands) {
  return R"("h_new_0":{"op":")" + op + R"(","input":[)" + operands + "]}";
}

TEST_F(NlpClass, NamesAndOrdersDoNotMatter) {
  const std::uint64_t sum = of(kA + kB + kSigm + output("elementwise_sum", R"("a","s")"));
  EXPECT_EQ(of(kA + kB + kSigm + output("elementwise_sum", R"("s","a")")), sum);
  EXPECT_EQ(of(kB + kSigm + kA + output("elementwise_sum", R"("a","s")")), sum);
  EXPECT_NE(of(kA + kB + kSigm + output("elementwise_prod", R"("a","s")")), sum);
  EXPECT_NE(of(kA + R"("s":{"op":"activation_sigm","input":["a"]},)" +
               output("elementwise_sum", R"("a","s")")),
            sum);
}

TEST_F(NlpClass, OrderOfBlendMatters) {
  const std::uint64_t blend = of(kA + kB + kSigm + output("blend", R"("s","a","h_prev_0")"));
  EXPECT_NE(of(kA + kB + kSigm + output("blend", R"("s","h_prev_0","a")")), blend);
  EXPECT_NE(of(kA + kB + kSigm + output("blend", R"("a","s","h_prev_0")")), blend);
  EXPECT_EQ(of(kB + kA + kSigm + output("blend", R"("s","a","h_prev_0")")), blend);
}

// States keep their numbers: swapping them is another cell here.
TEST_F(NlpClass, NumbersOfStatesMatter) {
  const auto cell = [&](const std::string& first, const std::string& second) {
    return of(R"("a":{"op":"linear","input":["x","h_prev_0","h_prev_1"]},)"
              "\"" +
              first +
              R"(":{"op":"activation_tanh","input":["a"]},)"
              "\"" +
              second + R"(":{"op":"activation_sigm","input":["a"]})");
  };
  EXPECT_NE(cell("h_new_0", "h_new_1"), cell("h_new_1", "h_new_0"));
}

TEST_F(NlpClass, RandomCellsStayInTheirClassWhenShuffled) {
  std::size_t moved = 0;
  for (std::uint32_t item = 0; item < 3000; ++item) {
    RandomStream stream(1, Purpose::kSpace, item);
    const Architecture cell = random_architecture(space_->skeleton(), stream);
    const Architecture other = encode_nlp(shuffled(decode_nlp(cell), stream));
    ASSERT_TRUE(is_valid(space_->skeleton(), other)) << space_->print(cell);
    ASSERT_EQ(space_->canonical_class(other), space_->canonical_class(cell)) << space_->print(cell);
    moved += other == cell ? 0 : 1;
  }
  EXPECT_GT(moved, 1500U);
}

TEST_F(NlpClass, AllCellsOfTwoOperations) {
  std::vector<NlpCell> cells;
  for (const auto& cell : nlp::all_cells(2, {0, 1, 2, 3, 4, 5, 6})) cells.push_back(widen(cell, 2));
  EXPECT_EQ(checked_classes(cells), 1414U);
}

TEST_F(NlpClass, AllCellsOfThreeOperationsOfTwoKinds) {
  std::vector<NlpCell> cells;
  for (const auto& cell : nlp::all_cells(3, {3, 4})) cells.push_back(widen(cell, 3));
  EXPECT_EQ(checked_classes(cells), 1249U);
}

// Every cell comes with a shuffled copy of it.
TEST_F(NlpClass, RandomCellsOfSixOperations) {
  std::vector<NlpCell> cells;
  const Skeleton skeleton = nlp::skeleton(6);
  for (std::uint32_t item = 0; item < 600; ++item) {
    RandomStream stream(2, Purpose::kSpace, item);
    cells.push_back(widen(random_architecture(skeleton, stream), 6));
    cells.push_back(shuffled(cells.back(), stream));
  }
  EXPECT_GT(checked_classes(cells), 400U);
}

// The most equal nodes a cell can have: six, for the other three to read.
TEST_F(NlpClass, ManyEqualNodes) {
  NlpCell cell;
  for (int i = 0; i < 6; ++i) cell.nodes.push_back({nlp_label::kLinear, {0, 1}});
  cell.nodes.push_back({nlp_label::kBlend, {4, 5, 6}});
  cell.nodes.push_back({nlp_label::kBlend, {7, 8, 9}});
  cell.nodes.push_back({nlp_label::kLinear, {10, 11}});
  cell.hidden = {8};
  ASSERT_TRUE(is_valid(space_->skeleton(), encode_nlp(cell)));
  RandomStream stream(3, Purpose::kCheck);
  const std::string form = nlp_canonical_form(cell);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(nlp_canonical_form(shuffled(cell, stream)), form);
}

}  // namespace
}  // namespace dinas
