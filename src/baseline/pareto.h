// Several objectives at once. Points are oriented: higher is better in every coordinate.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dinas {

using Point = std::vector<double>;

/// At least as good in every coordinate and better in one.
bool dominates(const Point& a, const Point& b);

/// Number of the front of every point: 0 for those that none dominates, 1 for those that only they
/// dominate, and so on. Time: n^2 comparisons.
std::vector<std::size_t> fronts(std::span<const Point> points);

/// Crowding distance (Deb et al., IEEE TEC 2002) of every point among those given, usually one
/// front: in each objective the gap between its two neighbours over the range of all; infinite at
/// the ends.
std::vector<double> crowding(std::span<const Point> points);

/// Volume that the points dominate above the reference point; points not better than it in every
/// coordinate add nothing. By slicing the last objective: n log n in two dimensions, a factor n
/// more for each further one.
double hypervolume(std::vector<Point> points, const Point& reference);

}  // namespace dinas
