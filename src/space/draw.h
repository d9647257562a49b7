// Architectures drawn from a space without any model.
#pragma once

#include "base/random.h"
#include "space/space.h"

namespace dinas {

/// The state of which nothing is known yet: every variable has its size as value.
Architecture all_masked(const Skeleton& skeleton);

/// A valid architecture: variables in random order, each uniform over the values that can still be
/// completed. Every architecture has positive probability; where every combination of values is
/// valid all have the same.
Architecture random_architecture(const Skeleton& skeleton, RandomStream& stream);

}  // namespace dinas
