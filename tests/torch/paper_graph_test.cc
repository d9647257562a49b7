#include "torch/paper_graph.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "space/nasbench201.h"

namespace dinas {
namespace {

const Skeleton& nb201() {
  static const auto space = make_nasbench201();
  return space->skeleton();
}

std::vector<std::vector<double>> uniform_marginals() {
  return std::vector<std::vector<double>>(6, std::vector<double>(5, 0.2));
}

TEST(PaperGraph, SkeletonHasEveryNodeAndEveryPair) {
  const Skeleton paper = paper_skeleton(nb201());
  ASSERT_EQ(paper.variable_count(), 8 + 28);
  EXPECT_EQ(paper.total_values(), 8 * 7 + 28 * 2);
  EXPECT_EQ(paper.variables[7].node, 7);
  EXPECT_EQ(paper.variables[8].source, 0);
  EXPECT_EQ(paper.variables[8].node, 1);
  EXPECT_EQ(paper.variables[35].source, 6);
  EXPECT_EQ(paper.variables[35].node, 7);
}

TEST(PaperGraph, EdgesAreWhereTheSkeletonHasThem) {
  const Architecture graph = paper_graph(nb201(), Architecture{0, 1, 2, 3, 4, 0});
  EXPECT_EQ(Architecture(graph.begin(), graph.begin() + 8), (Architecture{0, 2, 3, 4, 5, 6, 2, 1}));
  const Skeleton paper = paper_skeleton(nb201());
  std::vector<std::pair<int, int>> edges;
  for (std::size_t v = 8; v < graph.size(); ++v) {
    if (graph[v] == 1) edges.emplace_back(paper.variables[v].source, paper.variables[v].node);
  }
  auto expected = nb201().fixed_edges;
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(edges, expected);
}

TEST(PaperGraph, EveryCellSurvivesTheRoundTrip) {
  for (std::uint64_t i = 0; i < 15625; ++i) {
    const Architecture a = nth_architecture(nb201(), i);
    ASSERT_EQ(decode_paper_graph(nb201(), paper_graph(nb201(), a)), a);
  }
}

TEST(PaperGraph, DecodingLooksAtVariableNodesAlone) {
  const Architecture cell{0, 1, 2, 3, 4, 0};
  Architecture graph = paper_graph(nb201(), cell);
  for (std::size_t v = 8; v < graph.size(); ++v) graph[v] = 1;
  graph[0] = 5;
  graph[7] = 0;
  EXPECT_EQ(decode_paper_graph(nb201(), graph), cell);
  graph[3] = 0;  // "input" where an operation belongs
  EXPECT_EQ(decode_paper_graph(nb201(), graph), std::nullopt);
  graph[3] = 1;  // "output"
  EXPECT_EQ(decode_paper_graph(nb201(), graph), std::nullopt);
}

TEST(PaperGraph, MarginalsAreTheOfficialOnes) {
  const auto m = paper_marginals(nb201(), uniform_marginals());
  ASSERT_EQ(m.size(), 36U);
  const std::vector<double> nodes = {1.0 / 8, 1.0 / 8, 0.15, 0.15, 0.15, 0.15, 0.15};
  for (std::size_t v = 0; v < 8; ++v) {
    for (std::size_t k = 0; k < 7; ++k) EXPECT_DOUBLE_EQ(m[v][k], nodes[k]);
  }
  for (std::size_t v = 8; v < 36; ++v) {
    EXPECT_DOUBLE_EQ(m[v][0], 18.0 / 28);
    EXPECT_DOUBLE_EQ(m[v][1], 10.0 / 28);
  }
}

TEST(PaperGraph, NoiseKeepsAllAtOneAndForgetsAllAtZero) {
  const auto marginals = paper_marginals(nb201(), uniform_marginals());
  const Architecture clean = paper_graph(nb201(), Architecture{0, 1, 2, 3, 4, 0});
  RandomStream stream(3, Purpose::kCheck);
  EXPECT_EQ(noised_graph(clean, marginals, 1.0, stream), clean);
  double inputs = 0.0;
  double edges = 0.0;
  constexpr int kDraws = 2000;
  for (int draw = 0; draw < kDraws; ++draw) {
    const Architecture graph = noised_graph(clean, marginals, 0.0, stream);
    inputs += static_cast<double>(std::count(graph.begin(), graph.begin() + 8, 0));
    edges += static_cast<double>(std::count(graph.begin() + 8, graph.end(), 1));
  }
  // Five standard deviations of a frequency over 16,000 nodes and 56,000 pairs.
  EXPECT_NEAR(inputs / (8.0 * kDraws), 1.0 / 8, 0.0131);
  EXPECT_NEAR(edges / (28.0 * kDraws), 10.0 / 28, 0.0102);
}

}  // namespace
}  // namespace dinas
