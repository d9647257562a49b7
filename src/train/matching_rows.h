// Which training architectures agree with the visible part of a noisy graph and meet its bounds.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "condition/pairs.h"
#include "train/training_set.h"

namespace dinas {

/// An index of a training set: one bit per row for every value of every variable, and the labelled
/// rows in the order of every metric. Not thread-safe: owns the list that `find` returns.
class MatchingRows {
 public:
  /// `data` is borrowed.
  explicit MatchingRows(const TrainingSet& data);

  /// Rows, in no particular order, that have the values of `state` [variables] wherever it is not
  /// masked, and keep the bounds of the pair's condition; the pair's own row is among them. Valid
  /// until the next call.
  std::span<const std::uint32_t> find(const TrainingPair& pair,
                                      std::span<const std::uint8_t> state);

 private:
  using Bits = std::vector<std::uint64_t>;

  struct Cut {
    std::size_t metric;
    std::uint32_t rank;  // the largest that keeps the bound
  };

  [[nodiscard]] std::vector<Cut> cuts(const TrainingPair& pair) const;
  [[nodiscard]] bool keeps(std::uint32_t row, std::span<const Cut> cuts) const;
  void agree_with(std::span<const std::uint8_t> state, std::size_t candidates);

  const TrainingSet& data_;
  std::vector<std::vector<Bits>> has_value_;            // [variables][values] bit per row
  std::vector<std::vector<std::uint32_t>> best_first_;  // [metrics] rows with a value
  Bits agree_;                                          // scratch
  std::vector<std::uint32_t> rows_;
};

}  // namespace dinas
