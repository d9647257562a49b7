// A comparison as JSON, as a table of text and as a plot.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "eval/compare.h"

namespace dinas {

/// Keys: optimum (null where unknown), methods.NAME with best_at.N (means), hit_share,
/// evaluations_to_optimum_mean, evaluations_to_near_mean, regret_mean, small_regret_share,
/// reported_mean (each only where it is known), evaluations_mean, seconds_mean and curve.{mean,
/// low, median, high}; differences, a list of {first, second, at, mean, low, high, pairs}.
nlohmann::json to_json(const Comparison& comparison, const SearchTarget& target);

/// A line for every method, and one for the difference of each to the first at every checkpoint.
std::string to_text(const Comparison& comparison);

/// SVG: mean curves over the evaluations with bands between the quartiles. `ordinate`: what the
/// vertical axis shows.
std::string to_svg(const Comparison& comparison, const std::string& ordinate);

}  // namespace dinas
