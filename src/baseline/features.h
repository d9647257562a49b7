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
enum class SummaryCodes {
  kNumbers,  // a code each: equal or not
  kUnary     // kSteps codes each, which differ in as many places as the numbers do in steps
};

class SearchFeatures {
 public:
  /// Borrowed.
  SearchFeatures(const Space& space, SummaryCodes summary);

  [[nodiscard]] std::size_t variables() const { return variables_; }
  [[nodiscard]] std::size_t size() const { return 2 * variables_ + summary_size(); }
  /// [size()]
  [[nodiscard]] std::vector<std::uint8_t> codes(const Architecture& architecture) const;

  /// Labels are counted in so many places; two that share one are counted together.
  static constexpr std::size_t kLabels = 16;
  /// Numbers of the summary.
  static constexpr std::size_t kNumbers = kLabels + 2;
  static constexpr std::size_t kSteps = 10;

 private:
  [[nodiscard]] std::size_t summary_size() const {
    return summary_ == SummaryCodes::kUnary ? kNumbers * kSteps : kNumbers;
  }

  const Space& space_;
  std::size_t variables_;
  SummaryCodes summary_;
};

}  // namespace dinas
