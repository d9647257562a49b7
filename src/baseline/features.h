// What a Gaussian process compares of architectures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "space/space.h"

namespace dinas {

/// One byte each, compared for equality: first the values of the variables; then those of the
/// effective architecture; then a summary of its graph, which architectures may share whose values
/// look nothing alike: how many nodes carry a label, how many edges there are, how long the longest
/// path is (all up to 255).
class SearchFeatures {
 public:
  /// Borrowed.
  explicit SearchFeatures(const Space& space);

  [[nodiscard]] std::size_t variables() const { return variables_; }
  [[nodiscard]] std::size_t size() const { return 2 * variables_ + kSummary; }
  /// [size()]
  [[nodiscard]] std::vector<std::uint8_t> codes(const Architecture& architecture) const;

 private:
  /// Labels are counted in so many places; two that share one are counted together.
  static constexpr std::size_t kLabels = 16;
  static constexpr std::size_t kSummary = kLabels + 2;

  const Space& space_;
  std::size_t variables_;
};

}  // namespace dinas
