// Nodes, layers and steps are named by ints, where -1 can stand for none.
#pragma once

#include <cstddef>

namespace dinas {

/// `index` (at least 0) as a place in a vector.
inline std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace dinas
