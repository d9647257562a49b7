// An architecture of a space file as a graph, and which of it is alive.
#pragma once

#include <span>
#include <vector>

#include "base/index.h"
#include "space/file_space_description.h"

namespace dinas {

struct FileEdge {
  int from = 0;
  int to = 0;
  int kind = 0;  // index in SpaceDescription::edge_kinds
  bool variable = false;
};

/// The architecture as written. Where every end feeds the output, the output is one node more than
/// the skeleton has, with the label -1.
struct FileGraph {
  int nodes = 0;
  int output = 0;
  std::vector<int> labels;      // [nodes] vocabulary index
  std::vector<FileEdge> edges;  // ascending by source, then target
};

FileGraph make_graph(const SpaceDescription& space, std::span<const std::uint8_t> architecture);

/// Role of a node's label; the added output is ordinary.
LabelRole node_role(const SpaceDescription& space, const FileGraph& graph, int node);

/// For every node: does it lie on a path from an input to the output that no zero label cuts?
std::vector<bool> live_nodes(const SpaceDescription& space, const FileGraph& graph);

/// Is there such a path, and one that something changes on the way where the file asks for it
/// (direct_output = false)?
bool reaches_output(const SpaceDescription& space, const FileGraph& graph);

}  // namespace dinas
