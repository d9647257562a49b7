// Small directed acyclic graphs: nodes 0..n-1 in topological order, edges i -> j with i < j.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace dinas {

struct Dag {
  int nodes = 0;
  std::vector<std::pair<int, int>> edges;  // (from, to), from < to
};

/// For every node: can it be reached from `start` (itself included)?
std::vector<bool> reachable_from(const Dag& dag, int start);

/// For every node: does it reach `end` (itself included)?
std::vector<bool> reaching(const Dag& dag, int end);

/// For every node: does it lie on a path from node `start` to node `end`?
std::vector<bool> on_path(const Dag& dag, int start, int end);

/// Number of distinct paths from `start` to `end`; parallel edges count separately.
std::uint64_t count_paths(const Dag& dag, int start, int end);

}  // namespace dinas
