// More architectures for a table, where looking up their metrics needs no table.
#pragma once

#include <cstdint>

#include "table/table.h"

namespace dinas {

/// Adds architectures that the table does not have: of a space that can be listed one member of
/// each of `count` classes, uniformly drawn (or of all); of others draws of random_architecture,
/// until `count` are new or four times as many have been drawn. Depends on the space and `seed`,
/// then on what the table has. Fills what the space computes (Table::fill_computed). `count` below
/// 2^30.
void add_random_architectures(Table& table, std::uint64_t count, std::uint64_t seed);

}  // namespace dinas
