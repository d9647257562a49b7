// NAS-Bench-101 space: cells of at most 7 nodes and 9 edges, every node on a path from the input to
// the output. Variables: what each of the five inner nodes is ("absent" among the values) and which
// ordered pairs of nodes are joined; the wiring is free, so the rules (nasbench101_rules.h) say
// which combinations are cells.
#pragma once

#include <memory>

#include "space/space.h"

namespace dinas {

std::shared_ptr<const Space> make_nasbench101();

}  // namespace dinas
