// Six NAS-Bench-201 cells with made-up metrics, small enough to check by hand.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "eval/quality.h"
#include "space/nasbench201.h"
#include "table/table.h"

namespace dinas::tiny {

inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Operations of the edges 0-1, 0-2, 1-2, 0-3, 1-3, 2-3; 0 none, 1 skip, 2 conv1x1, 3 conv3x3, 4
// pooling.
inline const std::vector<Architecture> kCells = {
    {0, 0, 0, 3, 0, 0},  // row 0: conv3x3
    {0, 0, 0, 2, 0, 0},  // row 1: conv1x1
    {1, 3, 2, 0, 0, 1},  // row 2: conv3x3 and conv1x1 side by side, the latter after a skip
    {1, 2, 3, 0, 0, 1},  // row 3: the same exchanged, the class of row 2
    {0, 0, 0, 0, 0, 0},  // row 4: degenerate, with the best of everything
    {0, 0, 0, 4, 0, 0},  // row 5: pooling; valid is missing
};
inline const Architecture kUnknown = {0, 0, 0, 1, 0, 0};

inline Table make_table() {
  Table table(make_nasbench201());
  for (const Architecture& cell : kCells) table.add_architecture(cell);
  table.add_column("valid", "tiny").values = {90, 80, 85, 85, 99, kNone};
  table.add_column("test", "tiny").values = {80, 90, 85, 70, 99, 60};
  table.add_column("latency", "tiny").values = {5, 3, 4, 6, 1, 2};
  return table;
}

inline TableBound valid_at_least(double value) {
  return {"valid", Direction::kMax, value, "valid >= " + std::to_string(value)};
}
inline TableBound test_at_least(double value) {
  return {"test", Direction::kMax, value, "test >= " + std::to_string(value)};
}
inline TableBound latency_at_most(double value) {
  return {"latency", Direction::kMin, value, "latency <= " + std::to_string(value)};
}

}  // namespace dinas::tiny
