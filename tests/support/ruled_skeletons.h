// Small skeletons whose rules are a written-out list of architectures: what completion means, with
// no code of a space.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "space/space.h"

namespace dinas {

/// Exactly the listed architectures are valid; a value of `sizes` [variables] is a mask.
class ListedRules : public Rules {
 public:
  ListedRules(std::vector<Architecture> valid, std::vector<int> sizes)
      : valid_(std::move(valid)), sizes_(std::move(sizes)) {}

  [[nodiscard]] bool completable(std::span<const std::uint8_t> state) const override {
    return std::ranges::any_of(valid_, [&](const Architecture& a) {
      for (std::size_t v = 0; v < a.size(); ++v) {
        if (state[v] != sizes_[v] && state[v] != a[v]) return false;
      }
      return true;
    });
  }

 private:
  std::vector<Architecture> valid_;
  std::vector<int> sizes_;
};

/// A label variable of every size on a node of its own, joined in a chain.
inline Skeleton chain_skeleton(const std::vector<int>& sizes) {
  Skeleton s;
  s.vocabulary = {"a", "b", "c", "d", "e"};
  for (const int size : sizes) {
    Variable v;
    v.node = s.nodes;
    for (int k = 0; k < size; ++k) {
      v.values.push_back(s.vocabulary[static_cast<std::size_t>(k)]);
      v.labels.push_back(k);
    }
    s.variables.push_back(v);
    s.fixed_label.push_back(-1);
    if (s.nodes > 0) s.fixed_edges.emplace_back(s.nodes - 1, s.nodes);
    ++s.nodes;
  }
  return s;
}

struct Ruled {
  Skeleton skeleton;
  std::vector<Architecture> valid;  // ascending architecture_index
};

/// The combinations for which `is_one` says so.
template <typename Predicate>
Ruled ruled_skeleton(const std::vector<int>& sizes, Predicate is_one) {
  Ruled ruled{chain_skeleton(sizes), {}};
  for (std::uint64_t i = 0; i < *combination_count(ruled.skeleton); ++i) {
    Architecture a = nth_architecture(ruled.skeleton, i);
    if (is_one(a)) ruled.valid.push_back(std::move(a));
  }
  ruled.skeleton.rules = std::make_shared<ListedRules>(ruled.valid, sizes);
  return ruled;
}

/// Three binary variables, at most one of them 1: four architectures.
inline Ruled at_most_one() {
  return ruled_skeleton({2, 2, 2}, [](const Architecture& a) { return a[0] + a[1] + a[2] <= 1; });
}

/// Every variable depends on the one before it: a <= b <= c, and d is 1 exactly where c is 2. Ten
/// architectures.
inline Ruled dependent_chain() {
  return ruled_skeleton({3, 3, 3, 2}, [](const Architecture& a) {
    return a[0] <= a[1] && a[1] <= a[2] && (a[3] == 1) == (a[2] == 2);
  });
}

}  // namespace dinas
