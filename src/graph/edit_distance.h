// Exact edit distance of small labelled graphs.
#pragma once

#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

namespace dinas {

/// Nodes 0..n-1 with labels, and directed edges (from, to) without loops; an edge that is listed
/// twice counts once.
struct LabelledGraph {
  std::vector<int> labels;
  std::vector<std::pair<int, int>> edges;
};

/// Where a search may stop.
struct EditLimits {
  int cutoff = std::numeric_limits<int>::max();  // it does not matter how far above this it is
  std::uint64_t expansions = 100'000;            // search nodes, at least 1: never wall time
};

/// lower <= distance <= upper. They meet unless the limits cut the search off; lower >= cutoff says
/// that the distance is known to be no smaller.
struct EditDistance {
  int lower = 0;
  int upper = 0;
  std::uint64_t expansions = 0;  // search nodes this took

  [[nodiscard]] bool exact() const { return lower == upper; }
};

inline constexpr int kMaxEditNodes = 64;

/// Smallest number of steps that turn `a` into `b` (up to the numbering of nodes): insert, delete
/// or relabel a node, insert or delete an edge; a node goes when its edges are gone. The order of
/// the nodes is no part of the graph, but similar orders make the first guess good. Throws Error
/// for more than kMaxEditNodes nodes.
///
/// Depth-first branch and bound over the mappings of the smaller graph's nodes. With unit costs
/// none of them needs to be deleted: a relabelling costs no more than a deletion and an insertion.
/// The bound is the cheapest assignment of what is left, each pair of nodes at its relabelling, its
/// edges to mapped nodes and half the difference of its other degrees (the anchor-aware branch
/// bound of Chang et al., ICDE 2020); the assignment itself is a mapping and gives upper bounds.
EditDistance edit_distance(const LabelledGraph& a, const LabelledGraph& b,
                           const EditLimits& limits = {});

/// What the lower bound for a pair of graphs can be told from without a look at their structure.
struct GraphSignature {
  std::vector<int> labels;  // sorted
  int edges = 0;

  bool operator<(const GraphSignature& other) const {
    return std::tie(labels, edges) < std::tie(other.labels, other.edges);
  }
};
GraphSignature signature(const LabelledGraph& graph);

/// The distance is at least this: labels that have no partner, and the difference of the edges.
int edit_distance_bound(const GraphSignature& a, const GraphSignature& b);

}  // namespace dinas
