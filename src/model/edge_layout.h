// Where the variable edges of a skeleton sit in the denoiser: the pairs of nodes that have edge
// features, and the rows and columns of the tables that read and score their states.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "space/space.h"

namespace dinas {

/// Empty for skeletons with label variables only.
class EdgeLayout {
 public:
  explicit EdgeLayout(const Skeleton& skeleton);

  /// (from, to) whose edge some variable decides, ascending, distinct.
  [[nodiscard]] const std::vector<std::pair<int, int>>& pairs() const { return pairs_; }
  [[nodiscard]] bool empty() const { return pairs_.empty(); }

  /// The pairs (indices) a variable decides: one of an edge variable, one per possible source of an
  /// inputs variable, none of a label variable.
  [[nodiscard]] std::span<const int> touched(std::size_t variable) const {
    return places_[variable].pairs;
  }
  /// State of the i-th touched pair in the variable's channel when the variable has `value`; the
  /// channel's number of states where it is masked.
  [[nodiscard]] int state(std::size_t variable, std::size_t i, int value) const;

  /// Rows of embed.edge: the states of every channel and its mask, channel by channel.
  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] int row(std::size_t variable, int state) const {
    return places_[variable].first_row + state;
  }
  /// Scores of a pair: the states of every channel, without masks.
  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int column(std::size_t variable, int state) const {
    return places_[variable].first_column + state;
  }

  /// Values of the inputs variables, which are also scored by their node; first_value is the place
  /// of a variable's first one among them.
  [[nodiscard]] int input_values() const { return input_values_; }
  [[nodiscard]] int first_value(std::size_t variable) const {
    return places_[variable].first_value;
  }

 private:
  struct Place {
    std::vector<int> pairs;
    std::vector<std::vector<int>> states;  // [values + 1][pairs]
    int first_row = 0;
    int first_column = 0;
    int first_value = 0;
  };

  std::vector<std::pair<int, int>> pairs_;
  std::vector<Place> places_;  // [variables]
  int rows_ = 0;
  int columns_ = 0;
  int input_values_ = 0;
};

}  // namespace dinas
