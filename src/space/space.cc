#include "space/space.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "space/nasbench201.h"

namespace dinas {

int Skeleton::total_values() const {
  int total = 0;
  for (const Variable& v : variables) total += v.size();
  return total;
}

std::vector<int> Skeleton::offsets() const {
  std::vector<int> result{0};
  for (const Variable& v : variables) result.push_back(result.back() + v.size());
  return result;
}

Architecture nth_architecture(const Skeleton& skeleton, std::uint64_t index) {
  Architecture values;
  for (const Variable& v : skeleton.variables) {
    const auto size = static_cast<std::uint64_t>(v.size());
    values.push_back(static_cast<std::uint8_t>(index % size));
    index /= size;
  }
  return values;
}

std::uint64_t architecture_index(const Skeleton& skeleton,
                                 std::span<const std::uint8_t> architecture) {
  std::uint64_t index = 0;
  for (std::size_t v = skeleton.variables.size(); v-- > 0;) {
    index = index * static_cast<std::uint64_t>(skeleton.variables[v].size()) + architecture[v];
  }
  return index;
}

std::vector<std::string> space_names() { return {"nasbench201"}; }

std::shared_ptr<const Space> find_space(std::string_view name) {
  if (name == "nasbench201") return make_nasbench201();
  throw UsageError(fmt::format("unknown space '{}': expected one of {}; see 'dinas spaces'", name,
                               fmt::join(space_names(), ", ")));
}

}  // namespace dinas
