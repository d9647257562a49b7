#include "graph/edit_distance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/random.h"

namespace dinas {
namespace {

using Edges = std::set<std::pair<int, int>>;

/// Cost of a mapping of the nodes of `a` (-1: deleted), counted as the definition says.
int cost_of(const LabelledGraph& a, const LabelledGraph& b, const std::vector<int>& image) {
  const Edges target(b.edges.begin(), b.edges.end());
  Edges kept;
  int cost = 0;
  for (std::size_t u = 0; u < image.size(); ++u) {
    const bool deleted = image[u] < 0;
    cost += deleted || a.labels[u] != b.labels[static_cast<std::size_t>(image[u])] ? 1 : 0;
  }
  for (const auto& [from, to] : Edges(a.edges.begin(), a.edges.end())) {
    const std::pair<int, int> edge{image[static_cast<std::size_t>(from)],
                                   image[static_cast<std::size_t>(to)]};
    if (target.contains(edge)) {
      kept.insert(edge);
    } else {
      ++cost;
    }
  }
  const auto mapped = std::count_if(image.begin(), image.end(), [](int v) { return v >= 0; });
  return cost + static_cast<int>(b.labels.size()) - static_cast<int>(mapped) +
         static_cast<int>(target.size() - kept.size());
}

void try_all(const LabelledGraph& a, const LabelledGraph& b, std::vector<int>& image, int& best) {
  if (image.size() == a.labels.size()) {
    best = std::min(best, cost_of(a, b, image));
    return;
  }
  for (int v = -1; v < static_cast<int>(b.labels.size()); ++v) {
    if (v >= 0 && std::find(image.begin(), image.end(), v) != image.end()) continue;
    image.push_back(v);
    try_all(a, b, image, best);
    image.pop_back();
  }
}

/// Over all mappings, deletions included.
int brute_force(const LabelledGraph& a, const LabelledGraph& b) {
  std::vector<int> image;
  int best = std::numeric_limits<int>::max();
  try_all(a, b, image, best);
  return best;
}

LabelledGraph random_dag(RandomStream& stream, int nodes, std::uint32_t labels, double density) {
  LabelledGraph graph;
  for (int i = 0; i < nodes; ++i) {
    graph.labels.push_back(static_cast<int>(stream.below(labels)));
    for (int j = 0; j < i; ++j) {
      if (stream.uniform() < density) graph.edges.emplace_back(j, i);
    }
  }
  return graph;
}

LabelledGraph small_dag(RandomStream& stream) {
  const int nodes = static_cast<int>(stream.below(6));
  return random_dag(stream, nodes, 1 + stream.below(3), stream.uniform());
}

/// The same graph with its nodes in another order.
LabelledGraph renumbered(RandomStream& stream, const LabelledGraph& graph) {
  std::vector<int> place(graph.labels.size());
  std::iota(place.begin(), place.end(), 0);
  for (std::size_t i = place.size(); i > 1; --i) {
    std::swap(place[i - 1], place[stream.below(static_cast<std::uint32_t>(i))]);
  }
  LabelledGraph result{std::vector<int>(graph.labels.size()), {}};
  const auto moved = [&](int node) { return place[static_cast<std::size_t>(node)]; };
  for (std::size_t i = 0; i < place.size(); ++i) {
    result.labels[static_cast<std::size_t>(place[i])] = graph.labels[i];
  }
  for (const auto& [from, to] : graph.edges) result.edges.emplace_back(moved(from), moved(to));
  return result;
}

int distance(const LabelledGraph& a, const LabelledGraph& b) {
  const EditDistance d = edit_distance(a, b);
  EXPECT_TRUE(d.exact());
  return d.upper;
}

TEST(EditDistance, ByHand) {
  const LabelledGraph empty;
  const LabelledGraph chain{{0, 1, 2}, {{0, 1}, {1, 2}}};
  EXPECT_EQ(distance(empty, empty), 0);
  EXPECT_EQ(distance(chain, chain), 0);
  EXPECT_EQ(distance(empty, chain), 5);  // three nodes and two edges to insert
  EXPECT_EQ(distance(chain, empty), 5);
  EXPECT_EQ(distance(chain, {{0, 3, 2}, {{0, 1}, {1, 2}}}), 1);          // relabel
  EXPECT_EQ(distance(chain, {{0, 1, 2}, {{0, 1}, {1, 2}, {0, 2}}}), 1);  // one more edge
  EXPECT_EQ(distance(chain, {{0, 1, 2}, {{1, 0}, {1, 2}}}), 2);          // an edge turned round
  EXPECT_EQ(distance(chain, {{2, 1, 0}, {{2, 1}, {1, 0}}}), 0);          // another numbering
  EXPECT_EQ(distance(chain, {{0, 2, 1}, {{0, 1}, {1, 2}}}), 2);          // two labels exchanged
  // Not node 1 goes, which would need a new edge: node 2 and its edge, then node 1 is relabelled.
  EXPECT_EQ(distance(chain, {{0, 2}, {{0, 1}}}), 3);
  EXPECT_EQ(distance({{5}, {}}, {{6}, {}}), 1);
}

TEST(EditDistance, AnEdgeListedTwiceCountsOnce) {
  const LabelledGraph graph{{0, 1}, {{0, 1}, {0, 1}}};
  EXPECT_EQ(distance(graph, {{0, 1}, {{0, 1}}}), 0);
  EXPECT_EQ(signature(graph).edges, 1);
}

TEST(EditDistance, AgreesWithAllMappings) {
  RandomStream stream(1, Purpose::kCheck);
  for (int i = 0; i < 3000; ++i) {
    const LabelledGraph a = small_dag(stream);
    const LabelledGraph b = small_dag(stream);
    const int expected = brute_force(a, b);
    ASSERT_EQ(distance(a, b), expected) << "pair " << i;
    ASSERT_EQ(distance(b, a), expected) << "pair " << i;
    ASSERT_LE(edit_distance_bound(signature(a), signature(b)), expected);
  }
}

// Six nodes of few labels have many twins and many optimal mappings.
TEST(EditDistance, AgreesWithAllMappingsWhereLabelsSayLittle) {
  RandomStream stream(2, Purpose::kCheck);
  for (int i = 0; i < 60; ++i) {
    const LabelledGraph a = random_dag(stream, 6, 1 + stream.below(2), stream.uniform());
    const LabelledGraph b = random_dag(stream, 6, 1 + stream.below(2), stream.uniform());
    ASSERT_EQ(distance(a, b), brute_force(a, b)) << "pair " << i;
  }
}

TEST(EditDistance, IsAMetric) {
  RandomStream stream(3, Purpose::kCheck);
  for (int i = 0; i < 200; ++i) {
    std::vector<LabelledGraph> graphs;
    for (int k = 0; k < 3; ++k) {
      const int nodes = 5 + static_cast<int>(stream.below(4));
      graphs.push_back(random_dag(stream, nodes, 3, 0.4));
    }
    const int ab = distance(graphs[0], graphs[1]);
    const int bc = distance(graphs[1], graphs[2]);
    ASSERT_EQ(ab, distance(graphs[1], graphs[0]));
    ASSERT_LE(distance(graphs[0], graphs[2]), ab + bc);
    // The numbering is no part of the graph.
    ASSERT_EQ(ab, distance(renumbered(stream, graphs[0]), renumbered(stream, graphs[1])));
  }
}

TEST(EditDistance, IsZeroForIsomorphicGraphsOnly) {
  RandomStream stream(4, Purpose::kCheck);
  for (int i = 0; i < 300; ++i) {
    const int nodes = 2 + static_cast<int>(stream.below(11));
    const LabelledGraph a = random_dag(stream, nodes, 2, 0.5);
    LabelledGraph b = renumbered(stream, a);
    ASSERT_EQ(distance(a, b), 0);
    b.labels.back() = 7;
    ASSERT_EQ(distance(a, b), 1);
  }
}

TEST(EditDistance, SixtyFourNodes) {
  RandomStream stream(5, Purpose::kCheck);
  const LabelledGraph a = random_dag(stream, 64, 8, 0.1);
  LabelledGraph b = renumbered(stream, a);
  EXPECT_EQ(distance(a, b), 0);
  b.labels.front() = 8;
  b.edges.pop_back();
  EXPECT_EQ(distance(a, b), 2);
  b.labels.push_back(0);
  EXPECT_THROW(edit_distance(a, b), Error);
}

TEST(EditDistance, StopsAtTheCutoff) {
  RandomStream stream(6, Purpose::kCheck);
  for (int i = 0; i < 300; ++i) {
    const LabelledGraph a = random_dag(stream, 7, 3, 0.5);
    const LabelledGraph b = random_dag(stream, 7, 3, 0.5);
    const EditDistance whole = edit_distance(a, b);
    for (int cutoff = 0; cutoff <= whole.upper + 1; ++cutoff) {
      const EditDistance cut = edit_distance(a, b, {cutoff});
      ASSERT_LE(cut.lower, whole.upper);
      ASSERT_GE(cut.upper, whole.upper);
      ASSERT_GE(cut.lower, std::min(cutoff, whole.upper));
      if (cutoff > whole.upper) {
        ASSERT_TRUE(cut.exact());
      }
    }
    ASSERT_EQ(edit_distance(a, b, {1}).expansions, 1U) << "labels and degrees already differ";
  }
}

TEST(EditDistance, LittleWorkStillGivesBounds) {
  RandomStream stream(7, Purpose::kCheck);
  int open = 0;
  for (int i = 0; i < 200; ++i) {
    const LabelledGraph a = random_dag(stream, 9, 2, 0.5);
    const LabelledGraph b = random_dag(stream, 9, 2, 0.5);
    const int exact = distance(a, b);
    for (const std::uint64_t work : {1U, 3U, 10U}) {
      const EditDistance d = edit_distance(a, b, {std::numeric_limits<int>::max(), work});
      ASSERT_LE(d.lower, exact);
      ASSERT_GE(d.upper, exact);
      ASSERT_LE(d.expansions, work);
      open += d.exact() ? 0 : 1;
    }
  }
  EXPECT_GT(open, 0);
}

TEST(EditDistanceBound, LabelsWithoutPartnerAndEdges) {
  const GraphSignature a{{0, 1, 1, 2}, 4};
  EXPECT_EQ(edit_distance_bound(a, a), 0);
  EXPECT_EQ(edit_distance_bound(a, {{0, 1, 2, 2}, 4}), 1);
  EXPECT_EQ(edit_distance_bound(a, {{1, 2}, 1}), 5);
  EXPECT_EQ(edit_distance_bound({{1, 2}, 1}, a), 5);
  EXPECT_EQ(edit_distance_bound({{}, 0}, a), 8);
}

}  // namespace
}  // namespace dinas
