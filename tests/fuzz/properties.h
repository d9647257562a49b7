// What holds for every space, whatever text or bytes it is given.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "space/draw.h"
#include "space/space.h"

namespace dinas {

/// All that can be asked of one architecture.
inline void check_architecture(const Space& space, const Architecture& architecture) {
  DINAS_CHECK(is_valid(space.skeleton(), architecture));
  std::string why;
  DINAS_CHECK(space.parse(space.print(architecture), why) == architecture);
  static_cast<void>(space.canonical_class(architecture));
  static_cast<void>(space.is_degenerate(architecture));
  const auto graph = space.graph(architecture);
  for (const auto& [from, to] : graph.edges) {
    DINAS_CHECK(0 <= from && from < to && to < std::ssize(graph.labels));
  }
  for (std::size_t i = 0; i < space.computed_metrics().size(); ++i) {
    DINAS_CHECK(std::isfinite(space.compute(i, architecture)));
  }
}

/// A text is an architecture, or there is a reason why not.
inline void check_text(const Space& space, std::string_view text) {
  std::string why;
  if (const auto architecture = space.parse(text, why)) {
    check_architecture(space, *architecture);
  } else {
    DINAS_CHECK(!why.empty());
  }
}

/// Gives every masked variable of a state the wished value where that can be completed, otherwise
/// the first value that can.
inline Architecture completed(const Skeleton& skeleton, Architecture state,
                              const Architecture& wishes) {
  std::vector<std::uint8_t> allowed;
  for (std::size_t v = 0; v < state.size(); ++v) {
    const auto size = static_cast<std::size_t>(skeleton.variables[v].size());
    if (state[v] < size) continue;
    allowed.resize(size);
    mark_completable(skeleton, state, v, allowed);
    const auto first = std::ranges::find(allowed, 1);
    DINAS_CHECK(first != allowed.end());
    const bool kept = wishes[v] < size && allowed[wishes[v]] == 1;
    state[v] = kept ? wishes[v] : static_cast<std::uint8_t>(first - allowed.begin());
  }
  return state;
}

/// Bytes as the values of the variables, masks included: a state that is said to be completable,
/// and the one of masks alone, can be completed variable by variable, keeping to the values where
/// that goes.
inline void check_values(const Space& space, std::string_view bytes) {
  const Skeleton& skeleton = space.skeleton();
  Architecture values;
  for (std::size_t v = 0; v < skeleton.variables.size(); ++v) {
    const auto byte = bytes.empty() ? 0U : static_cast<unsigned char>(bytes[v % bytes.size()]);
    const auto size = static_cast<unsigned>(skeleton.variables[v].size());
    values.push_back(static_cast<std::uint8_t>(byte % (size + 1)));
  }
  if (!skeleton.rules || skeleton.rules->completable(values)) {
    check_architecture(space, completed(skeleton, values, values));
  }
  check_architecture(space, completed(skeleton, all_masked(skeleton), values));
}

/// An input that begins with a NUL byte is taken for values, any other for a text.
inline void check_input(const Space& space, std::string_view input) {
  if (input.starts_with('\0')) {
    check_values(space, input.substr(1));
  } else {
    check_text(space, input);
  }
}

}  // namespace dinas
