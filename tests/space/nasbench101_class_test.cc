#include "space/nasbench101_class.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_set>
#include <vector>

#include "base/random.h"
#include "space/draw.h"
#include "space/nasbench101.h"

namespace dinas {
namespace {

// Isomorphism by trying all orders of the inner nodes.
bool isomorphic(const NasBench101Cell& a, const NasBench101Cell& b) {
  if (a.nodes != b.nodes || a.edges() != b.edges()) return false;
  std::vector<int> image(static_cast<std::size_t>(a.nodes));
  std::iota(image.begin(), image.end(), 0);
  do {
    bool same = true;
    for (std::size_t to = 1; same && to < image.size(); ++to) {
      same = a.label[to] == b.label[static_cast<std::size_t>(image[to])];
      for (std::size_t from = 0; same && from < to; ++from) {
        same = !a.joined(static_cast<int>(from), static_cast<int>(to)) ||
               b.joined(image[from], image[to]);
      }
    }
    if (same) return true;
  } while (std::next_permutation(image.begin() + 1, image.end() - 1));
  return false;
}

// The cell with its inner nodes in another topological order.
NasBench101Cell reordered(const NasBench101Cell& cell, RandomStream& stream) {
  NasBench101Cell result;
  result.nodes = cell.nodes;
  std::vector<int> order{0};
  while (static_cast<int>(order.size()) < cell.nodes) {
    const int node = 1 + static_cast<int>(stream.below(static_cast<std::uint32_t>(cell.nodes) - 1));
    const auto placed = [&order](int n) { return std::ranges::count(order, n) > 0; };
    bool open = !placed(node);
    for (int from = 0; from < node; ++from) open &= placed(from) || !cell.joined(from, node);
    open &= node != cell.output() || static_cast<int>(order.size()) + 1 == cell.nodes;
    if (open) order.push_back(node);
  }
  for (std::size_t to = 0; to < order.size(); ++to) {
    result.label[to] = cell.label[static_cast<std::size_t>(order[to])];
    for (std::size_t from = 0; from < to; ++from) {
      if (cell.joined(order[from], order[to])) result.inputs[to] |= 1U << from;
    }
  }
  return result;
}

NasBench101Cell random_cell(const Space& space, RandomStream& stream) {
  return nasbench101_cell(random_architecture(space.skeleton(), stream));
}

TEST(NasBench101Classes, OrderOfNodesDoesNotMatter) {
  const auto space = make_nasbench101();
  RandomStream stream(1, Purpose::kCheck);
  int moved = 0;
  for (int i = 0; i < 20000; ++i) {
    const NasBench101Cell cell = random_cell(*space, stream);
    const NasBench101Cell other = reordered(cell, stream);
    ASSERT_EQ(nasbench101_canonical(cell), nasbench101_canonical(other)) << "cell " << i;
    ASSERT_EQ(space->canonical_class(nasbench101_architecture(cell)),
              space->canonical_class(nasbench101_architecture(other)));
    moved += cell == other ? 0 : 1;
  }
  EXPECT_GT(moved, 1000);
}

// Cells of at most five nodes, so that equal ones are drawn often.
TEST(NasBench101Classes, EqualExactlyWhereIsomorphic) {
  const auto space = make_nasbench101();
  RandomStream stream(2, Purpose::kCheck);
  std::vector<NasBench101Cell> cells;
  while (cells.size() < 700) {
    const NasBench101Cell cell = random_cell(*space, stream);
    if (cell.nodes <= 5) cells.push_back(cell);
  }
  int equal = 0;
  for (const NasBench101Cell& a : cells) {
    for (const NasBench101Cell& b : cells) {
      const bool same = nasbench101_canonical(a) == nasbench101_canonical(b);
      ASSERT_EQ(same, isomorphic(a, b));
      equal += same && a != b ? 1 : 0;
    }
  }
  EXPECT_GT(equal, 20);
}

// The count of unique cells the benchmark publishes, and its split by number of nodes.
TEST(NasBench101Classes, RepresentativesAreAllClassesOfTheBenchmark) {
  const auto space = make_nasbench101();
  const auto representatives = space->representatives();
  ASSERT_TRUE(representatives.has_value());
  EXPECT_EQ(representatives->size(), 423624U);
  std::map<int, int> of_size;
  std::unordered_set<std::uint64_t> classes;
  for (const Architecture& a : *representatives) {
    ASSERT_TRUE(is_valid(space->skeleton(), a));
    ++of_size[nasbench101_cell(a).nodes];
    classes.insert(space->canonical_class(a));
  }
  EXPECT_EQ(of_size,
            (std::map<int, int>{{2, 1}, {3, 6}, {4, 84}, {5, 2441}, {6, 62010}, {7, 359082}}));
  EXPECT_EQ(classes.size(), 423624U);
}

}  // namespace
}  // namespace dinas
