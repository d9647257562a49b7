#include "condition/condition.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "base/error.h"

namespace dinas {

Condition make_condition(std::span<const Bound> bounds, std::size_t metrics) {
  Condition condition(metrics, kOpen);
  for (const Bound& bound : bounds) {
    DINAS_CHECK(bound.metric < metrics);
    condition[bound.metric] = static_cast<float>(std::log(bound.tau));
  }
  return condition;
}

Condition keep_only(const Condition& condition, std::size_t kept) {
  DINAS_CHECK(kept < condition.size());
  Condition result(condition.size(), kOpen);
  result[kept] = condition[kept];
  return result;
}

bool same_condition(const Condition& a, const Condition& b) {
  return std::ranges::equal(a, b, {}, std::bit_cast<std::uint32_t, float>,
                            std::bit_cast<std::uint32_t, float>);
}

bool is_null(const Condition& condition) {
  return std::all_of(condition.begin(), condition.end(),
                     [](float entry) { return std::isnan(entry); });
}

}  // namespace dinas
