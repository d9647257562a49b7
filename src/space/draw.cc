#include "space/draw.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace dinas {
namespace {

std::vector<std::size_t> random_sequence(std::size_t size, RandomStream& stream) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = size; i > 1; --i) {
    std::swap(order[i - 1], order[stream.below(static_cast<std::uint32_t>(i))]);
  }
  return order;
}

std::uint8_t draw_allowed(std::span<const std::uint8_t> allowed, RandomStream& stream) {
  const auto count = static_cast<std::uint32_t>(std::ranges::count(allowed, 1));
  DINAS_CHECK(count > 0);
  std::uint32_t left = stream.below(count);
  std::uint8_t value = 0;
  while (allowed[value] == 0 || left-- > 0) ++value;
  return value;
}

}  // namespace

Architecture all_masked(const Skeleton& skeleton) {
  Architecture state;
  for (const Variable& v : skeleton.variables) state.push_back(static_cast<std::uint8_t>(v.size()));
  return state;
}

Architecture random_architecture(const Skeleton& skeleton, RandomStream& stream) {
  Architecture state = all_masked(skeleton);
  std::vector<std::uint8_t> allowed;
  for (const std::size_t v : random_sequence(state.size(), stream)) {
    allowed.resize(static_cast<std::size_t>(skeleton.variables[v].size()));
    mark_completable(skeleton, state, v, allowed);
    state[v] = draw_allowed(allowed, stream);
  }
  return state;
}

}  // namespace dinas
