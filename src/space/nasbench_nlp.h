// NAS-Bench-NLP: recurrent cells of at most 9 operations on the input x and up to three hidden
// states, as docs/spaces.md describes. Nodes: the 4 inputs, 9 places for operations, the output.
#pragma once

#include <memory>

#include "space/space.h"

namespace dinas {

std::shared_ptr<const Space> make_nasbench_nlp();

}  // namespace dinas
