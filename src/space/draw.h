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

/// Makes a valid architecture of any combination of values, in place, and keeps it if it is one:
/// variables in random order keep their value where it can still be completed and get a uniformly
/// drawn completable one elsewhere. Returns the number of variables changed.
std::size_t repair(const Skeleton& skeleton, std::span<std::uint8_t> architecture,
                   RandomStream& stream);

}  // namespace dinas
