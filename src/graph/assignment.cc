#include "graph/assignment.h"

#include <algorithm>
#include <limits>

namespace dinas {

int Assignment::solve(std::size_t rows, std::size_t columns) {
  std::fill_n(row_potential_.begin(), rows + 1, 0);
  std::fill_n(column_potential_.begin(), columns + 1, 0);
  std::fill_n(row_of_.begin(), columns + 1, std::size_t{0});
  for (std::size_t row = 1; row <= rows; ++row) add_row(row, columns);
  int total = 0;
  for (std::size_t j = 1; j <= columns; ++j) {
    if (row_of_[j] == 0) continue;
    column_of_[row_of_[j] - 1] = j - 1;
    total += cost_[row_of_[j] - 1][j - 1];
  }
  return total;
}

void Assignment::add_row(std::size_t row, std::size_t columns) {
  std::fill_n(slack_.begin(), columns + 1, std::numeric_limits<int>::max());
  std::fill_n(in_tree_.begin(), columns + 1, false);
  row_of_[0] = row;
  std::size_t at = 0;
  do {
    in_tree_[at] = true;
    at = grow(at, columns);
  } while (row_of_[at] != 0);
  for (; at != 0; at = previous_[at]) row_of_[at] = row_of_[previous_[at]];
}

// Adds the edges of the tree's newest column, moves the potentials until the cheapest edge out of
// the tree costs nothing, and returns the column behind it.
std::size_t Assignment::grow(std::size_t at, std::size_t columns) {
  const std::size_t row = row_of_[at];
  int least = std::numeric_limits<int>::max();
  std::size_t next = 0;
  for (std::size_t j = 1; j <= columns; ++j) {
    if (in_tree_[j]) continue;
    const int reduced = rise(row - 1, j - 1);
    if (reduced < slack_[j]) {
      slack_[j] = reduced;
      previous_[j] = at;
    }
    if (slack_[j] < least) {
      least = slack_[j];
      next = j;
    }
  }
  for (std::size_t j = 0; j <= columns; ++j) {
    if (in_tree_[j]) {
      row_potential_[row_of_[j]] += least;
      column_potential_[j] -= least;
    } else {
      slack_[j] -= least;
    }
  }
  return next;
}

}  // namespace dinas
