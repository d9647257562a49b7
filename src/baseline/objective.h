// What a search maximises.
#pragma once

#include <functional>
#include <optional>

#include "space/space.h"

namespace dinas {

/// Worth of one architecture under constraints.
struct Score {
  double violation = 0.0;  // >= 0; 0 keeps every constraint
  double value = 0.0;      // oriented so that higher is better
};

/// Lower violation first, then the higher value; strict.
inline bool better(const Score& a, const Score& b) {
  if (a.violation != b.violation) return a.violation < b.violation;
  return a.value > b.value;
}

/// nullopt: there is nothing to evaluate (unknown to the table, or degenerate). Called from several
/// threads at once.
using Objective = std::function<std::optional<Score>(const Architecture&)>;

}  // namespace dinas
