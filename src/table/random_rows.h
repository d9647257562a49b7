// More architectures for a table, where looking up their metrics needs no table.
#pragma once

#include <cstdint>

#include "table/table.h"

namespace dinas {

/// More say little that these do not say, and take memory and time with every batch.
inline constexpr std::uint64_t kMostRandom = 1'000'000;

/// Adds architectures that the table does not have: of a space that can be listed one member of
/// each of `count` classes, uniformly drawn (or of all); of others draws of random_architecture,
/// until `count` are new or four times as many have been drawn. Depends on the space and `seed`,
/// then on what the table has. Fills what the space computes (Table::fill_computed). `count` at
/// most kMostRandom.
void add_random_architectures(Table& table, std::uint64_t count, std::uint64_t seed);

}  // namespace dinas
