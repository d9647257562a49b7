// What the tests of the evaluation protocol share: a generator of tiny cells, and looking things up
// in a report.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "eval/evaluate.h"
#include "eval/tiny_table.h"

namespace dinas {

/// A generator that runs through a fixed list of tiny cells, item by item.
inline DrawFunction cycle(const std::vector<std::size_t>& rows) {
  return [rows](std::uint64_t count, std::uint32_t first) {
    Draw draw;
    for (std::uint64_t i = 0; i < count; ++i) {
      draw.architectures.push_back(tiny::kCells[rows[(first + i) % rows.size()]]);
    }
    return draw;
  };
}

inline EvaluateOptions tiny_options(std::uint64_t queries, std::uint64_t repeats) {
  EvaluateOptions options;
  options.queries = queries;
  options.repeats = repeats;
  options.select = {"valid", Direction::kMax};
  options.report = {"test", Direction::kMax};
  options.coverage_draws = 0;
  return options;
}

inline const Control& control(const EvaluationReport& report, const std::string& name) {
  const auto found = std::find_if(report.controls.begin(), report.controls.end(),
                                  [&](const Control& c) { return c.name == name; });
  DINAS_CHECK(found != report.controls.end());
  return *found;
}

inline const Interval& versus(const EvaluationReport& report, const std::string& name) {
  const auto found = std::find_if(report.versus.begin(), report.versus.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  DINAS_CHECK(found != report.versus.end());
  return found->second;
}

}  // namespace dinas
