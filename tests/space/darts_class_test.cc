#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "space/darts.h"
#include "space/darts_cell.h"

namespace dinas {
namespace {

using Terms = std::set<std::pair<int, DartsOp>>;

// What intermediate node k adds, with the nodes renamed.
Terms terms(const DartsNode& node, const std::array<int, 6>& name) {
  return {{name[node.inputs[0]], node.ops[0]}, {name[node.inputs[1]], node.ops[1]}};
}

// By definition: some renaming of the intermediate nodes makes `a` the cell `b`.
bool isomorphic(const DartsCell& a, const DartsCell& b) {
  constexpr std::array<int, 6> same = {0, 1, 2, 3, 4, 5};
  std::array<int, 6> name = same;
  do {
    bool equal = true;
    for (std::size_t k = 0; k < 4 && equal; ++k) {
      equal = terms(a[k], name) == terms(b[static_cast<std::size_t>(name[k + 2]) - 2], same);
    }
    if (equal) return true;
  } while (std::next_permutation(name.begin() + 2, name.end()));
  return false;
}

DartsCell cell_with(std::size_t pattern, const std::vector<DartsOp>& ops) {
  DartsCell cell;
  for (std::size_t k = 0; k < 4; ++k) {
    const auto pairs = darts_input_pairs(static_cast<int>(k) + 2);
    cell[k].inputs = pairs[pattern % pairs.size()];
    pattern /= pairs.size();
    cell[k].ops = {ops[2 * k], ops[2 * k + 1]};
  }
  return cell;
}

std::uint64_t class_of(const DartsCell& normal, const DartsCell& reduce) {
  return make_darts()->canonical_class(darts_encode({normal, reduce}));
}

// 180 patterns of inputs with one operation everywhere, all pairs.
TEST(DartsClass, PatternsOfOneOperation) {
  const std::vector<DartsOp> skips(8, DartsOp::kSkip);
  std::size_t isomorphic_pairs = 0;
  for (std::size_t a = 0; a < 180; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const DartsCell first = cell_with(a, skips);
      const DartsCell second = cell_with(b, skips);
      const bool expected = isomorphic(first, second);
      ASSERT_EQ(darts_canonical_form(first) == darts_canonical_form(second), expected)
          << a << " " << b;
      if (expected) ++isomorphic_pairs;
    }
  }
  EXPECT_GT(isomorphic_pairs, 0U);
}

// Cells of two operations at random: isomorphic pairs are frequent enough to be met.
TEST(DartsClass, RandomCellsOfTwoOperations) {
  RandomStream stream(5, Purpose::kCheck);
  std::vector<DartsCell> cells;
  for (int i = 0; i < 300; ++i) {
    std::vector<DartsOp> ops;
    for (int k = 0; k < 8; ++k) {
      ops.push_back(stream.uniform() < 0.1 ? DartsOp::kSepConv5 : DartsOp::kNone);
    }
    cells.push_back(cell_with(static_cast<std::size_t>(stream.uniform() * 180), ops));
  }
  std::size_t isomorphic_pairs = 0;
  for (const DartsCell& a : cells) {
    for (const DartsCell& b : cells) {
      const bool expected = isomorphic(a, b);
      ASSERT_EQ(darts_canonical_form(a) == darts_canonical_form(b), expected);
      if (expected && a != b) ++isomorphic_pairs;
    }
  }
  EXPECT_GT(isomorphic_pairs, 100U);
}

TEST(DartsClass, PairsByHand) {
  const DartsNode pools{{0, 1}, {DartsOp::kMaxPool3, DartsOp::kAvgPool3}};
  const DartsNode skips{{0, 1}, {DartsOp::kSkip, DartsOp::kSkip}};
  const DartsNode on_third{{1, 3}, {DartsOp::kSepConv3, DartsOp::kDilConv3}};
  DartsNode on_second = on_third;
  on_second.inputs[1] = 2;
  const DartsNode last{{3, 4}, {DartsOp::kNone, DartsOp::kSkip}};
  // Nodes 2 and 3 change places, so node 4 reads 2 instead of 3, and node 5 instead of 3 too.
  const DartsNode renamed_last{{2, 4}, {DartsOp::kNone, DartsOp::kSkip}};
  const DartsCell cell = {pools, skips, on_third, last};
  const DartsCell renamed = {skips, pools, on_second, renamed_last};
  EXPECT_EQ(class_of(cell, cell), class_of(renamed, cell));
  EXPECT_EQ(class_of(cell, cell), class_of(renamed, renamed));
  EXPECT_NE(class_of(cell, cell), class_of({pools, skips, on_second, last}, cell));
  const DartsCell other = {pools, skips, on_third, {{3, 4}, {DartsOp::kSkip, DartsOp::kNone}}};
  EXPECT_NE(class_of(cell, cell), class_of(cell, other));
  EXPECT_NE(class_of(cell, other), class_of(other, cell)) << "the cells have their roles";
}

// Two nodes with the same inputs, of which the later one is read: names inside a node change their
// order with it.
TEST(DartsClass, TheOrderOfTheInputsFollowsTheNames) {
  const DartsNode pools{{0, 1}, {DartsOp::kMaxPool3, DartsOp::kMaxPool3}};
  const DartsNode skips{{0, 1}, {DartsOp::kSkip, DartsOp::kSkip}};
  const DartsNode sum{{2, 3}, {DartsOp::kSepConv3, DartsOp::kNone}};
  const DartsNode swapped{{2, 3}, {DartsOp::kNone, DartsOp::kSepConv3}};
  EXPECT_EQ(class_of({pools, skips, sum, skips}, {pools, skips, sum, skips}),
            class_of({skips, pools, swapped, skips}, {pools, skips, sum, skips}));
  EXPECT_NE(class_of({pools, skips, sum, skips}, {pools, skips, sum, skips}),
            class_of({skips, pools, sum, skips}, {pools, skips, sum, skips}));
}

}  // namespace
}  // namespace dinas
