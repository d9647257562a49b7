// The DARTS space (also that of NAS-Bench-301): a normal and a reduction cell of four intermediate
// nodes, each the sum of two operations on two different earlier nodes of its cell. Skeleton
// nodes 0 to 5 are the normal cell, 6 to 11 the reduction cell, each in the order c_{k-2},
// c_{k-1}, intermediate nodes. The variables, in this order for both cells: nodes 3, 4 and 5 have
// the set of their inputs, then every node the operation on its lower and on its higher input.
#pragma once

#include <memory>

#include "space/space.h"

namespace dinas {

std::shared_ptr<const Space> make_darts();

}  // namespace dinas
