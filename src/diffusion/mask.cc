#include "diffusion/mask.h"

#include <numeric>
#include <utility>

#include "base/error.h"

namespace dinas {

std::vector<int> random_order(int n, RandomStream& stream) {
  std::vector<int> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t last = order.size(); last > 1; --last) {
    std::swap(order[last - 1], order[stream.below(static_cast<std::uint32_t>(last))]);
  }
  return order;
}

std::vector<int> reveal_counts(int n, int calls) {
  DINAS_CHECK(calls >= 1 && calls <= n);
  std::vector<int> counts(static_cast<std::size_t>(calls), n / calls);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n % calls); ++i) ++counts[i];
  return counts;
}

}  // namespace dinas
