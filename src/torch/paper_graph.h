// Architectures as the official code sees them: every node label and every unordered pair of nodes
// is a variable to be noised and drawn, even what the space holds constant (docs/paper.md 2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "space/space.h"

namespace dinas {

/// The space of node-labelled undirected graphs around a space whose only variables are node
/// labels: n label variables over the whole vocabulary, in node order, then n(n-1)/2 edge
/// variables {absent, present} in the order (0,1), (0,2), ..., (n-2,n-1). Label values are the
/// vocabulary's indices; the official ids of NAS-Bench-201 (0 output, 1 input, 2 nor_conv_1x1,
/// 3 nor_conv_3x3, 4 avg_pool_3x3, 5 skip_connect, 6 none) are a permutation of ours, which the
/// network cannot tell apart.
Skeleton paper_skeleton(const Skeleton& skeleton);

/// The values of paper_skeleton's variables for an architecture: its labels and its symmetrised
/// adjacency.
Architecture paper_graph(const Skeleton& skeleton, std::span<const std::uint8_t> architecture);

/// The architecture that the variable nodes of a graph spell; pairs and constant nodes are not
/// looked at (docs/paper.md 2). nullopt when a node holds a label that its variable does not have.
std::optional<Architecture> decode_paper_graph(const Skeleton& skeleton,
                                               std::span<const std::uint8_t> graph);

/// Marginals of paper_skeleton's variables from those of the space's: m_X for every node and m_E
/// for every pair, the frequencies over all nodes and all pairs (docs/paper.md 2).
std::vector<std::vector<double>> paper_marginals(const Skeleton& skeleton,
                                                 const std::vector<std::vector<double>>& marginals);

/// q(G_t | G_0), one coin a variable.
Architecture noised_graph(std::span<const std::uint8_t> clean,
                          const std::vector<std::vector<double>>& marginals, double abar,
                          RandomStream& stream);

}  // namespace dinas
