// The one table of tensor names, shapes and initialisation of the fast denoiser: trainer, model
// file and engine all follow it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/config.h"
#include "space/space.h"

namespace dinas {

enum class Initialisation {
  kZero,
  kOne,
  kLinear,     // normal, standard deviation 1 / sqrt(fan in)
  kEmbedding,  // normal, standard deviation 0.5
  kPosition    // index sinusoids (docs/paper.md 3.1)
};

struct ParameterInfo {
  std::string name;
  std::vector<std::int64_t> shape;
  Initialisation initialisation = Initialisation::kZero;
};

/// Kinds of ordered node pairs whose attention bias is learned per layer and head.
enum class PairKind { kSelf, kEdgeForward, kEdgeBackward, kAncestor, kDescendant, kUnrelated };
inline constexpr int kPairKinds = 6;

/// [nodes * nodes] the kind of pair (i, j), seen from i, for the fixed edges of the skeleton.
std::vector<PairKind> pair_kinds(const Skeleton& skeleton);

/// In file order.
std::vector<ParameterInfo> fast_parameters(const DenoiserConfig& config, const Skeleton& skeleton,
                                           std::size_t metrics);

}  // namespace dinas
