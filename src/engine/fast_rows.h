// Which nodes and pairs of a block of graphs the fast engine is working on, as rows of matrices.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/matrix_product.h"

namespace dinas {

/// Nodes of a block's graphs, graph by graph.
struct NodeRows {
  std::size_t count = 0;
  std::vector<float> x;             // [padded count, width] their features
  std::vector<int> node;            // [count] place in the graph
  std::vector<const float*> code;   // [count] modulation of the graph's condition
  std::vector<std::size_t> first;   // [graphs + 1] rows of each graph
  std::vector<std::size_t> row_of;  // [graphs, nodes] row of a node that is there

  /// Memory for all nodes of a block.
  void reserve(std::size_t graphs, std::size_t nodes, std::size_t width) {
    x.resize(padded_rows(graphs * nodes) * width);
    node.resize(graphs * nodes);
    code.resize(graphs * nodes);
    first.resize(graphs + 1);
    row_of.resize(graphs * nodes);
  }
};

/// Pairs of nodes with variable edges, graph by graph.
struct PairRows {
  std::size_t count = 0;
  std::vector<float> e;             // [padded count, edge_width] their features
  std::vector<std::size_t> graph;   // [count]
  std::vector<std::size_t> pair;    // [count] index in EdgeLayout::pairs
  std::vector<std::size_t> row_of;  // [graphs, pairs] row of a pair that is there

  void reserve(std::size_t graphs, std::size_t pairs, std::size_t edge_width) {
    e.resize(padded_rows(graphs * pairs) * edge_width);
    graph.resize(graphs * pairs);
    pair.resize(graphs * pairs);
    row_of.resize(graphs * pairs);
  }
};

}  // namespace dinas
