#include "graph/dag.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace dinas {
namespace {

using Flags = std::vector<bool>;

// 0 -> 1 -> 3 and 0 -> 3; 2 -> 3 has no way in, 1 -> 4 no way on. Edges are in no order.
Dag example() { return {5, {{2, 3}, {1, 4}, {1, 3}, {0, 3}, {0, 1}}}; }

TEST(Dag, ReachabilityByHand) {
  EXPECT_EQ(reachable_from(example(), 0), (Flags{true, true, false, true, true}));
  EXPECT_EQ(reachable_from(example(), 2), (Flags{false, false, true, true, false}));
  EXPECT_EQ(reaching(example(), 3), (Flags{true, true, true, true, false}));
  EXPECT_EQ(reaching(example(), 0), (Flags{true, false, false, false, false}));
  EXPECT_EQ(on_path(example(), 0, 3), (Flags{true, true, false, true, false}));
}

TEST(Dag, PathsByHand) {
  EXPECT_EQ(count_paths(example(), 0, 3), 2U);
  EXPECT_EQ(count_paths(example(), 0, 2), 0U);
  EXPECT_EQ(count_paths(example(), 1, 1), 1U);
  // Two diamonds one behind the other, and an edge that is there twice.
  EXPECT_EQ(count_paths({5, {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {3, 4}, {3, 4}}}, 0, 4), 4U);
}

TEST(Dag, WithoutEdges) {
  const Dag dag{3, {}};
  EXPECT_EQ(reachable_from(dag, 1), (Flags{false, true, false}));
  EXPECT_EQ(reaching(dag, 1), (Flags{false, true, false}));
  EXPECT_EQ(on_path(dag, 0, 2), (Flags{false, false, false}));
  EXPECT_EQ(count_paths(dag, 0, 2), 0U);
}

// In the complete DAG every node between the ends is on a path or not: 2^(n-2) paths.
TEST(Dag, CompleteGraph) {
  Dag dag{12, {}};
  for (int to = 0; to < 12; ++to) {
    for (int from = 0; from < to; ++from) dag.edges.emplace_back(from, to);
  }
  EXPECT_EQ(count_paths(dag, 0, 11), 1024U);
  EXPECT_EQ(on_path(dag, 0, 11), Flags(12, true));
}

// All walks, one by one, without the order of the nodes.
std::uint64_t walk(const Dag& dag, int at, int end) {
  std::uint64_t paths = at == end ? 1 : 0;
  for (const auto& [from, to] : dag.edges) {
    if (from == at) paths += walk(dag, to, end);
  }
  return paths;
}

TEST(Dag, RandomGraphsAgreeWithWalkingThem) {
  RandomStream random(1, Purpose::kCheck);
  for (int graph = 0; graph < 50; ++graph) {
    Dag dag{7, {}};
    for (int from = 6; from >= 0; --from) {
      for (int to = 6; to > from; --to) {
        if (random.below(3) == 0) dag.edges.emplace_back(from, to);
      }
    }
    for (int a = 0; a < 7; ++a) {
      for (int b = 0; b < 7; ++b) {
        const std::uint64_t paths = walk(dag, a, b);
        EXPECT_EQ(count_paths(dag, a, b), paths);
        EXPECT_EQ(reachable_from(dag, a)[static_cast<std::size_t>(b)], paths > 0);
        EXPECT_EQ(reaching(dag, b)[static_cast<std::size_t>(a)], paths > 0);
      }
    }
    for (int k = 0; k < 7; ++k) {
      EXPECT_EQ(on_path(dag, 0, 6)[static_cast<std::size_t>(k)],
                walk(dag, 0, k) > 0 && walk(dag, k, 6) > 0);
    }
  }
}

}  // namespace
}  // namespace dinas
