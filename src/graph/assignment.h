// The linear assignment problem for small cost matrices.
#pragma once

#include <array>
#include <cstddef>

namespace dinas {

/// Cheapest assignment of every row to a column of its own, by shortest augmenting paths with
/// potentials (Jonker and Volgenant, Computing 1987). Keeps its memory: fill in cost(row, column)
/// and solve again.
class Assignment {
 public:
  static constexpr std::size_t kSize = 64;

  /// Costs may be negative; their sums must fit an int.
  [[nodiscard]] int& cost(std::size_t row, std::size_t column) { return cost_[row][column]; }
  /// Returns the total cost; rows <= columns <= kSize.
  int solve(std::size_t rows, std::size_t columns);

  [[nodiscard]] std::size_t column_of(std::size_t row) const { return column_of_[row]; }
  /// By how much, at least, the total rises where the row must have the column; 0 for its own.
  [[nodiscard]] int rise(std::size_t row, std::size_t column) const {
    return cost_[row][column] - row_potential_[row + 1] - column_potential_[column + 1];
  }

 private:
  void add_row(std::size_t row, std::size_t columns);
  std::size_t grow(std::size_t at, std::size_t columns);

  // Rows and columns count from 1 below; column 0 holds the row that is being added.
  std::array<std::array<int, kSize>, kSize>
      cost_;  // filled as far as a problem goes, like the rest
  std::array<int, kSize + 1> row_potential_;
  std::array<int, kSize + 1> column_potential_;
  std::array<int, kSize + 1> slack_;
  std::array<bool, kSize + 1> in_tree_;
  std::array<std::size_t, kSize + 1> previous_;
  std::array<std::size_t, kSize + 1> row_of_;  // 0: none
  std::array<std::size_t, kSize> column_of_;
};

}  // namespace dinas
