// Networks of images, for tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "network/image_network.h"
#include "space/space.h"

namespace dinas {

inline std::ptrdiff_t layers_of_kind(const ImageNetwork& network, LayerKind kind) {
  return std::ranges::count(network.layers, kind, &Layer::kind);
}

inline const Layer& layer_at(const ImageNetwork& network, int index) {
  return network.layers.at(static_cast<std::size_t>(index));
}

/// The architecture that a notation spells.
inline Architecture architecture_of(const Space& space, std::string_view text) {
  std::string why;
  const auto architecture = space.parse(text, why);
  if (!architecture) throw Error(why);
  return *architecture;
}

}  // namespace dinas
