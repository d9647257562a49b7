// More architectures for a table, where looking up their metrics needs no table.
#pragma once

#include <cstdint>

#include "table/table.h"

namespace dinas {

/// Adds architectures drawn from the space (random_architecture, item i of the streams of `seed`)
/// until `count` are there that the table did not have, or four times as many have been drawn, and
/// fills in what the space computes (Table::fill_computed). `count` below 2^30.
void add_random_architectures(Table& table, std::uint64_t count, std::uint64_t seed);

}  // namespace dinas
