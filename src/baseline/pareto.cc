#include "baseline/pareto.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/error.h"

namespace dinas {
namespace {

/// Of the first `dimensions` coordinates; every point is above the reference in all of them.
double slice(std::vector<Point>& points, const Point& reference, std::size_t dimensions) {
  if (points.empty()) return 0.0;
  const std::size_t last = dimensions - 1;
  if (dimensions == 1) {
    return std::ranges::max(points, {}, [](const Point& p) { return p[0]; })[0] - reference[0];
  }
  std::ranges::sort(points, [&](const Point& a, const Point& b) { return a[last] > b[last]; });
  double volume = 0.0, highest = -std::numeric_limits<double>::infinity(), area = 0.0;
  std::vector<Point> above;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double next = i + 1 < points.size() ? points[i + 1][last] : reference[last];
    if (dimensions == 2) {
      highest = std::max(highest, points[i][0]);
      area = highest - reference[0];
    } else {
      above.push_back(points[i]);
      if (points[i][last] > next) {
        std::vector<Point> lower = above;
        area = slice(lower, reference, last);
      }
    }
    volume += area * (points[i][last] - next);
  }
  return volume;
}

}  // namespace

bool dominates(const Point& a, const Point& b) {
  DINAS_CHECK(a.size() == b.size());
  bool is_better = false;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] < b[k]) return false;
    is_better = is_better || a[k] > b[k];
  }
  return is_better;
}

std::vector<std::size_t> fronts(std::span<const Point> points) {
  const std::size_t n = points.size();
  std::vector<std::size_t> front(n, 0), dominators(n, 0);
  std::vector<std::vector<std::size_t>> dominated(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (!dominates(points[i], points[j])) continue;
      dominated[i].push_back(j);
      ++dominators[j];
    }
  }
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < n; ++i) {
    if (dominators[i] == 0) open.push_back(i);
  }
  // A point is reached when the last of its dominators has a front, which is the front before its.
  for (std::size_t k = 0; k < open.size(); ++k) {
    for (const std::size_t j : dominated[open[k]]) {
      if (--dominators[j] > 0) continue;
      front[j] = front[open[k]] + 1;
      open.push_back(j);
    }
  }
  return front;
}

std::vector<double> crowding(std::span<const Point> points) {
  const std::size_t n = points.size();
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  std::vector<double> distance(n, 0.0);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t k = 0; n > 0 && k < points[0].size(); ++k) {
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return points[a][k] < points[b][k]; });
    distance[order.front()] = distance[order.back()] = kInfinite;
    const double range = points[order.back()][k] - points[order.front()][k];
    if (range <= 0.0) continue;
    for (std::size_t i = 1; i + 1 < n; ++i) {
      distance[order[i]] += (points[order[i + 1]][k] - points[order[i - 1]][k]) / range;
    }
  }
  return distance;
}

double hypervolume(std::vector<Point> points, const Point& reference) {
  DINAS_CHECK(!reference.empty());
  std::erase_if(points, [&](const Point& p) {
    DINAS_CHECK(p.size() == reference.size());
    for (std::size_t k = 0; k < p.size(); ++k) {
      if (!(p[k] > reference[k])) return true;
    }
    return false;
  });
  return slice(points, reference, reference.size());
}

}  // namespace dinas
