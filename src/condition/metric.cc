#include "condition/metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.h"

namespace dinas {
namespace {

UsageError bad_spec(std::string_view text, const std::string& found) {
  return UsageError(
      fmt::format("metric '{}': expected NAME:max or NAME:min, optionally followed by :cell or "
                  ":class, found {}; "
                  "write for example accuracy:max or latency_ms:min:cell",
                  text, found));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (auto end = text.find(separator); end != text.npos; end = text.find(separator, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

}  // namespace

MetricSpec parse_metric_spec(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) {
    throw bad_spec(text, fmt::format("{} part(s)", parts.size()));
  }
  if (parts[0].empty()) throw bad_spec(text, "no name");
  if (const auto bad = parts[0].find_first_not_of(kMetricNameCharacters); bad != text.npos) {
    throw bad_spec(text, fmt::format("a name with a character other than letters, digits, '_', '.' "
                                     "and '-' at position {}",
                                     bad + 1));
  }
  MetricSpec spec;
  spec.name = parts[0];
  if (parts[1] != "max" && parts[1] != "min") {
    throw bad_spec(text, fmt::format("the direction '{}'", parts[1]));
  }
  spec.direction = parts[1] == "max" ? Direction::kMax : Direction::kMin;
  if (parts.size() == 3) {
    if (parts[2] != "cell" && parts[2] != "class") {
      throw bad_spec(text, fmt::format("the level '{}'", parts[2]));
    }
    spec.level = parts[2] == "cell" ? MetricLevel::kCell : MetricLevel::kClass;
  }
  return spec;
}

std::string print_metric_spec(const MetricSpec& spec) {
  return fmt::format("{}:{}{}", spec.name, spec.direction == Direction::kMax ? "max" : "min",
                     spec.level == MetricLevel::kClass ? ":class" : "");
}

MetricDistribution::MetricDistribution(MetricSpec spec, std::vector<double> values)
    : spec_(std::move(spec)), best_first_(std::move(values)) {
  if (best_first_.empty()) {
    throw Error(fmt::format("metric '{}': expected at least one value, found none", spec_.name));
  }
  for (const double value : best_first_) {
    if (std::isfinite(value)) continue;
    throw Error(fmt::format("metric '{}': expected finite values, found {}", spec_.name, value));
  }
  if (spec_.direction == Direction::kMax) {
    std::sort(best_first_.begin(), best_first_.end(), std::greater<>());
  } else {
    std::sort(best_first_.begin(), best_first_.end());
  }
}

std::size_t MetricDistribution::rank(double value) const {
  DINAS_CHECK(!std::isnan(value));
  const auto end = std::partition_point(best_first_.begin(), best_first_.end(), [&](double label) {
    return at_least_as_good(label, value);
  });
  return static_cast<std::size_t>(end - best_first_.begin());
}

double MetricDistribution::tail_fraction(double value) const {
  return static_cast<double>(rank(value)) / static_cast<double>(size());
}

std::size_t MetricDistribution::largest_rank(double tau) const {
  // tau = r / n must give back r although r / n * n may fall just below it. Tails are multiples of
  // 1 / n, and rounding stays below 1e-9 for any n below a million.
  const double rows = std::floor(tau * static_cast<double>(size()) + 1e-9);
  return std::min(static_cast<std::size_t>(std::max(rows, 0.0)), size());
}

double MetricDistribution::value_at(double tau) const {
  const std::size_t inside = largest_rank(tau);
  if (inside == size()) return worst();
  // Values equal to the first one outside share its rank, so they are outside as well.
  const auto first = std::find(best_first_.begin(), best_first_.end(), best_first_[inside]);
  return first == best_first_.begin() ? best() : *(first - 1);
}

bool MetricDistribution::at_least_as_good(double a, double b) const {
  return dinas::at_least_as_good(spec_.direction, a, b);
}

}  // namespace dinas
