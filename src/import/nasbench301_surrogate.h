// What the surrogate of NAS-Bench-301 is told of a DARTS architecture.
#pragma once

#include <array>
#include <optional>

#include "space/darts_cell.h"

namespace dinas {

inline constexpr std::size_t kSurrogateFeatures = 56;

/// The array that ConfigSpace 0.4.12 makes of an architecture and of the fixed settings of
/// nasbench301/api.py in the space of nasbench301/configspace.json: the settings without a
/// condition by name, then the edges that depend on the inputs of their node, by name; numbers
/// scaled to [0, 1], choices by their index, -1 for an edge that is not there. nullopt for a cell
/// with the operation "none", which the surrogate does not know.
std::optional<std::array<float, kSurrogateFeatures>> nasbench301_features(
    const DartsGenotype& genotype);

}  // namespace dinas
