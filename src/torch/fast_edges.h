// The parts of the fast denoiser that read and write pairs of nodes, as single autograd nodes.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "model/edge_layout.h"

namespace dinas {

/// The pairs of an EdgeLayout as index arrays.
struct PairIndex {
  PairIndex(const EdgeLayout& layout, std::int64_t nodes);

  std::int64_t nodes = 0;
  std::vector<std::int64_t> from;
  std::vector<std::int64_t> to;
  [[nodiscard]] std::int64_t pairs() const { return static_cast<std::int64_t>(from.size()); }
};

/// relu(x + source[from] + target[to]); x [B pairs, w], source and target [B nodes, w]. All float.
torch::Tensor join_pairs(const torch::Tensor& x, const torch::Tensor& source,
                         const torch::Tensor& target, const PairIndex& index);

/// fixed [heads, n, n] for every graph, plus x [B pairs, 2 heads] at (to, from) and (from, to).
/// [B, heads, n, n]
torch::Tensor pair_bias(const torch::Tensor& fixed, const torch::Tensor& x, const PairIndex& index);

}  // namespace dinas
