// What a point would add to a front.
#pragma once

#include <cstddef>
#include <vector>

#include "baseline/pareto.h"

namespace dinas {

/// Gain of hypervolume over known points (Ponweiser et al., PPSN 2008), higher is better.
class FrontGain {
 public:
  /// `points`: oriented; `reference`: points not better than it in every coordinate gain nothing.
  FrontGain(const std::vector<Point>& points, Point reference);

  /// One more known point.
  void add(const Point& point);

  /// The volume that the point adds; where it adds none, less than 0: minus the least shift of all
  /// coordinates with which it would be dominated no longer.
  [[nodiscard]] double operator()(const Point& point) const;

 private:
  [[nodiscard]] double shortfall(const Point& point) const;

  std::vector<Point> front_;  // none dominates another
  Point reference_;
};

}  // namespace dinas
