#include "table/random_rows.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "space/draw.h"

namespace dinas {

namespace {

// Architecture number `draw`; nullopt where the space has no more.
class Draws {
 public:
  Draws(const Space& space, std::uint64_t seed)
      : skeleton_(space.skeleton()), seed_(seed), listed_(space.representatives()) {
    if (!listed_) return;
    RandomStream stream(seed_, Purpose::kSpace);
    for (std::size_t i = listed_->size(); i > 1; --i) {
      std::swap((*listed_)[i - 1], (*listed_)[stream.below(static_cast<std::uint32_t>(i))]);
    }
  }

  [[nodiscard]] std::optional<Architecture> get(std::uint64_t draw) const {
    if (listed_) return draw < listed_->size() ? std::optional((*listed_)[draw]) : std::nullopt;
    RandomStream stream(seed_, Purpose::kSpace, static_cast<std::uint32_t>(draw));
    return random_architecture(skeleton_, stream);
  }

 private:
  const Skeleton& skeleton_;
  std::uint64_t seed_;
  std::optional<std::vector<Architecture>> listed_;
};

}  // namespace

void add_random_architectures(Table& table, std::uint64_t count, std::uint64_t seed) {
  DINAS_CHECK(count <= kMostRandom);
  const Draws draws(table.space(), seed);
  const std::size_t wanted = table.rows() + count;
  constexpr std::uint64_t kDrawsEach = 4;
  for (std::uint64_t draw = 0; draw < kDrawsEach * count && table.rows() < wanted; ++draw) {
    const auto architecture = draws.get(draw);
    if (!architecture) break;
    table.add_architecture(*architecture);
  }
  table.fill_computed();
}

}  // namespace dinas
