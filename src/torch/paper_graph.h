// Architectures as the official code sees them: every node label and every unordered pair of nodes
// is a variable to be noised and drawn, even what the space holds fixed (dinas.md 1.0, 1.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "diffusion/schedule.h"
#include "space/space.h"

namespace dinas {

struct PaperGraph {
  std::vector<std::uint8_t> nodes;  // [n] index in the space's vocabulary
  std::vector<std::uint8_t> pairs;  // [n (n-1) / 2] 0 no edge, 1 edge; (0,1), (0,2), ..., (n-2,n-1)
};

/// Class frequencies over all nodes and over all pairs; each sums to 1.
struct PaperMarginals {
  std::vector<double> nodes;  // m_X [vocabulary]
  std::vector<double> pairs;  // m_E [2]
};

/// Node labels and the symmetrised adjacency. Class ids follow the space's vocabulary; the official
/// ids of NAS-Bench-201 (0 output, 1 input, 2 nor_conv_1x1, 3 nor_conv_3x3, 4 avg_pool_3x3,
/// 5 skip_connect, 6 none) are a permutation of them, which the network cannot tell apart.
PaperGraph paper_graph(const Skeleton& skeleton, std::span<const std::uint8_t> architecture);

/// The architecture that the variable nodes spell; edges and constant nodes are not looked at
/// (dinas.md 1.2). nullopt when a node holds a label its variable does not have.
std::optional<Architecture> decode_paper_graph(const Skeleton& skeleton, const PaperGraph& graph);

/// m_X and m_E of dinas.md 1.0 from the marginals of the variables [variables][values].
PaperMarginals paper_marginals(const Skeleton& skeleton,
                               const std::vector<std::vector<double>>& variables);

/// q(G_t | G_0): nodes first, then pairs, one coin each.
PaperGraph noised_graph(const PaperGraph& clean, const PaperMarginals& marginals, double abar,
                        RandomStream& stream);

/// The limit law: every node from m_X, every pair from m_E, nodes first.
PaperGraph pure_noise(int nodes, const PaperMarginals& marginals, RandomStream& stream);

}  // namespace dinas
