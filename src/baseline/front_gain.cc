#include "baseline/front_gain.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace dinas {

FrontGain::FrontGain(const std::vector<Point>& points, Point reference)
    : reference_(std::move(reference)) {
  for (const Point& point : points) add(point);
}

void FrontGain::add(const Point& point) {
  if (shortfall(point) >= 0.0) return;
  std::erase_if(front_, [&](const Point& other) { return dominates(point, other); });
  front_.push_back(point);
}

double FrontGain::operator()(const Point& point) const {
  const double shift = shortfall(point);
  if (shift >= 0.0) return -shift;
  // What it dominates alone: its own box without those of the others, cut to it.
  double box = 1.0;
  for (std::size_t k = 0; k < point.size(); ++k) box *= point[k] - reference_[k];
  std::vector<Point> cut = front_;
  for (Point& other : cut) {
    for (std::size_t k = 0; k < point.size(); ++k) other[k] = std::min(other[k], point[k]);
  }
  return box - hypervolume(std::move(cut), reference_);
}

/// The greatest over the front, and the reference, of the least lead; below 0: it gains.
double FrontGain::shortfall(const Point& point) const {
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < point.size(); ++k) {
    most = std::max(most, reference_[k] - point[k]);
  }
  for (const Point& other : front_) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < point.size(); ++k) least = std::min(least, other[k] - point[k]);
    most = std::max(most, least);
  }
  return most;
}

}  // namespace dinas
