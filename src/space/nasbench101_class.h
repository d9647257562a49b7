// Isomorphism classes of NAS-Bench-101 cells.
#pragma once

#include <cstdint>
#include <vector>

#include "space/nasbench101_cell.h"

namespace dinas {

/// Exact canonical form in 49 bits: equal for two cells iff they are isomorphic, labels kept. It is
/// the smallest code of the cell over all topological orders of its nodes (at most 120); a code is
/// the number of nodes, the inputs of every node but the first in order, then the labels, so that
/// cells of one class share the order of their wiring, whatever the labels. Every inner node has to
/// lie on a path from the input to the output.
std::uint64_t nasbench101_canonical(const NasBench101Cell& cell);

/// The code of the cell in the order its nodes have.
std::uint64_t nasbench101_code(const NasBench101Cell& cell);

/// The cells whose code is canonical: one of each of the 423,624 classes, by number of nodes, then
/// by wiring and labels as numbers.
std::vector<NasBench101Cell> nasbench101_classes();

}  // namespace dinas
