// What tests of architectures of one space share.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "space/space.h"

namespace dinas {

/// The architecture that a notation spells. Throws Error with the reason where it spells none.
inline Architecture architecture_of(const Space& space, std::string_view text) {
  std::string why;
  const auto architecture = space.parse(text, why);
  if (!architecture) throw Error(why);
  return *architecture;
}

/// Value of a computed metric by name.
inline double metric_of(const Space& space, std::string_view name, const Architecture& a) {
  const auto& metrics = space.computed_metrics();
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].name == name) return space.compute(i, a);
  }
  throw Error("no metric " + std::string(name));
}

class SpaceTest : public testing::Test {
 protected:
  explicit SpaceTest(std::shared_ptr<const Space> space) : space_(std::move(space)) {}

  [[nodiscard]] Architecture parse(const std::string& text) const {
    return architecture_of(*space_, text);
  }
  [[nodiscard]] double metric(const std::string& name, const Architecture& architecture) const {
    return metric_of(*space_, name, architecture);
  }
  /// Why a text spells no architecture.
  [[nodiscard]] std::string reason(const std::string& text) const {
    std::string why;
    return space_->parse(text, why) ? "accepted" : why;
  }

  std::shared_ptr<const Space> space_;
};

}  // namespace dinas
