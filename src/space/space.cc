#include "space/space.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "space/darts.h"
#include "space/file_space.h"
#include "space/nasbench101.h"
#include "space/nasbench201.h"
#include "space/nasbench_nlp.h"

namespace dinas {
namespace {

constexpr std::uint64_t kMostListed = std::uint64_t{1} << 21;

}  // namespace

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

std::optional<std::size_t> computed_metric(const Space& space, std::string_view name) {
  const auto& metrics = space.computed_metrics();
  const auto found =
      std::ranges::find_if(metrics, [&](const ComputedMetric& m) { return m.name == name; });
  if (found == metrics.end()) return std::nullopt;
  return static_cast<std::size_t>(found - metrics.begin());
}

std::optional<std::uint64_t> combination_count(const Skeleton& skeleton) {
  std::uint64_t count = 1;
  for (const Variable& v : skeleton.variables) {
    if (__builtin_mul_overflow(count, static_cast<std::uint64_t>(v.size()), &count)) {
      return std::nullopt;
    }
  }
  return count;
}

bool is_valid(const Skeleton& skeleton, std::span<const std::uint8_t> architecture) {
  return !skeleton.rules || skeleton.rules->completable(architecture);
}

void mark_completable(const Skeleton& skeleton, std::span<const std::uint8_t> state,
                      std::size_t variable, std::span<std::uint8_t> allowed) {
  if (!skeleton.rules) {
    std::ranges::fill(allowed, std::uint8_t{1});
    return;
  }
  Architecture trial(state.begin(), state.end());
  for (std::size_t value = 0; value < allowed.size(); ++value) {
    trial[variable] = static_cast<std::uint8_t>(value);
    allowed[value] = skeleton.rules->completable(trial) ? 1 : 0;
  }
}

Architecture Space::effective(std::span<const std::uint8_t> architecture) const {
  return {architecture.begin(), architecture.end()};
}

std::optional<std::uint64_t> Space::enumerable() const {
  const auto count = skeleton().rules ? std::nullopt : combination_count(skeleton());
  return count && *count <= kMostListed ? count : std::nullopt;
}

std::optional<std::vector<Architecture>> Space::representatives() const {
  const auto count = combination_count(skeleton());
  if (!count || *count > kMostListed) return std::nullopt;
  std::vector<Architecture> result;
  std::unordered_set<std::uint64_t> classes;
  for (std::uint64_t i = 0; i < *count; ++i) {
    Architecture a = nth_architecture(skeleton(), i);
    if (is_valid(skeleton(), a) && classes.insert(canonical_class(a)).second) {
      result.push_back(std::move(a));
    }
  }
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

std::vector<std::string> space_names() {
  return {"darts", "nasbench101", "nasbench201", "nasbench_nlp"};
}

std::shared_ptr<const Space> find_space(std::string_view name) {
  if (name.ends_with(".toml")) return load_space_file(std::string(name));
  if (name == "darts") return make_darts();
  if (name == "nasbench101") return make_nasbench101();
  if (name == "nasbench201") return make_nasbench201();
  if (name == "nasbench_nlp") return make_nasbench_nlp();
  throw UsageError(
      fmt::format("unknown space '{}': expected one of {}, or a space file that ends in "
                  ".toml; see 'dinas spaces'",
                  name, fmt::join(space_names(), ", ")));
}

}  // namespace dinas
