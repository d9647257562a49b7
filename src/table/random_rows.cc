#include "table/random_rows.h"

#include <cmath>

#include "base/random.h"
#include "space/draw.h"

namespace dinas {

void add_random_architectures(Table& table, std::uint64_t count, std::uint64_t seed) {
  const Skeleton& skeleton = table.space().skeleton();
  const std::size_t wanted = table.rows() + count;
  constexpr std::uint64_t kDrawsEach = 4;
  for (std::uint64_t draw = 0; draw < kDrawsEach * count && table.rows() < wanted; ++draw) {
    RandomStream stream(seed, Purpose::kSpace, static_cast<std::uint32_t>(draw));
    table.add_architecture(random_architecture(skeleton, stream));
  }
  table.fill_computed();
}

}  // namespace dinas
