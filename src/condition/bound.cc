#include "condition/bound.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/text.h"

namespace dinas {
namespace {

constexpr std::string_view kSpaces = " \t";

// A bound's text, read from the front.
class BoundReader {
 public:
  explicit BoundReader(std::string_view text) : text_(text), rest_(text) { skip_spaces(); }

  std::string_view name() {
    const auto end = std::min(rest_.find_first_not_of(kMetricNameCharacters), rest_.size());
    if (end == 0) throw error(fmt::format("{} where the metric's name belongs", found()));
    return take(end);
  }

  bool literal(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    take(expected.size());
    return true;
  }

  double number(std::string_view what) {
    double value = 0.0;
    const auto [end, code] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (code == std::errc::result_out_of_range) {
      throw error(fmt::format("{} that a double cannot hold", what));
    }
    if (code != std::errc() || !std::isfinite(value)) {
      throw error(fmt::format("{} where {} belongs", found(), what));
    }
    take(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  void end(std::string_view remedy) const {
    if (!rest_.empty()) throw error(fmt::format("{} behind the bound ({})", found(), remedy));
  }

  [[nodiscard]] std::string found() const {
    return rest_.empty() ? std::string("the end") : fmt::format("'{}'", shown(rest_));
  }

  [[nodiscard]] UsageError error(const std::string& found) const {
    return UsageError(
        fmt::format("bound '{}': expected METRIC <= V, METRIC >= V or METRIC top P%, found {}; "
                    "write for example "
                    "'latency_ms <= 4' or 'accuracy top 1%'",
                    text_, found));
  }

 private:
  std::string_view take(std::size_t count) {
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    skip_spaces();
    return taken;
  }

  void skip_spaces() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpaces), rest_.size()));
  }

  std::string_view text_;
  std::string_view rest_;
};

UsageError wrong_direction(const BoundRequest& request, Direction direction) {
  const bool max = direction == Direction::kMax;
  return UsageError(fmt::format(
      "bound '{0}': expected a bound from the worse side, but {1} values of {2} are better; write "
      "'{2} {3} {4}'",
      request.text, max ? "higher" : "lower", request.metric, max ? ">=" : "<=", request.value));
}

UsageError unknown_metric(const BoundRequest& request,
                          std::span<const MetricDistribution> metrics) {
  std::vector<std::string> names;
  for (const auto& metric : metrics) names.push_back(metric.spec().name);
  return UsageError(fmt::format(
      "bound '{}': expected a metric of the model, found '{}'; this model knows {}", request.text,
      request.metric, names.empty() ? "no metric" : fmt::format("{}", fmt::join(names, ", "))));
}

void set_top(Bound& bound, const MetricDistribution& metric, double share) {
  const double finest = 1.0 / static_cast<double>(metric.size());
  bound.beyond_labels = metric.largest_rank(share) < metric.rank(metric.best());
  if (bound.beyond_labels) {
    const double better = metric.spec().direction == Direction::kMax ? HUGE_VAL : -HUGE_VAL;
    bound.tau = finest;
    bound.threshold = std::nextafter(metric.best(), better);
  } else {
    bound.tau = std::max(share, finest);
    bound.threshold = metric.value_at(share);
  }
}

void set_value(Bound& bound, const MetricDistribution& metric, double value) {
  const std::size_t rank = metric.rank(value);
  bound.beyond_labels = rank == 0;
  bound.tau =
      static_cast<double>(std::max<std::size_t>(rank, 1)) / static_cast<double>(metric.size());
  bound.threshold = value;
}

Bound resolve(const BoundRequest& request, std::span<const MetricDistribution> metrics) {
  const auto metric = std::find_if(metrics.begin(), metrics.end(), [&](const auto& candidate) {
    return candidate.spec().name == request.metric;
  });
  if (metric == metrics.end()) throw unknown_metric(request, metrics);
  Bound bound;
  bound.metric = static_cast<std::size_t>(metric - metrics.begin());
  bound.text = request.text;
  if (request.form == BoundRequest::Form::kTop) {
    set_top(bound, *metric, request.value);
    return bound;
  }
  const Direction direction = metric->spec().direction;
  const bool at_least = request.form == BoundRequest::Form::kAtLeast;
  if (at_least != (direction == Direction::kMax)) throw wrong_direction(request, direction);
  set_value(bound, *metric, request.value);
  return bound;
}

}  // namespace

BoundRequest parse_bound(std::string_view text) {
  BoundReader reader(text);
  BoundRequest request;
  request.text = text;
  request.metric = reader.name();
  if (reader.literal("top")) {
    const double percent = reader.number("the share P");
    if (!reader.literal("%")) throw reader.error(reader.found() + " where '%' belongs");
    reader.end("nothing may follow the '%'");
    request.value = percent / 100.0;
    if (!(request.value > 0.0 && request.value <= 1.0)) {
      throw reader.error(fmt::format("a share of {}%, which is not in (0, 100]", percent));
    }
    return request;
  }
  if (reader.literal("<=")) {
    request.form = BoundRequest::Form::kAtMost;
  } else if (reader.literal(">=")) {
    request.form = BoundRequest::Form::kAtLeast;
  } else {
    throw reader.error(reader.found() + " where '<=', '>=' or 'top' belongs");
  }
  request.value = reader.number("the value V");
  reader.end("V is in the metric's own unit and is written without one");
  return request;
}

std::vector<Bound> resolve_bounds(const std::vector<BoundRequest>& requests,
                                  std::span<const MetricDistribution> metrics) {
  std::vector<Bound> bounds;
  for (const auto& request : requests) {
    const Bound bound = resolve(request, metrics);
    for (const auto& earlier : bounds) {
      if (earlier.metric != bound.metric) continue;
      throw UsageError(fmt::format(
          "bounds '{}' and '{}': expected one bound for each metric, found two for {}; keep the "
          "tighter one",
          earlier.text, bound.text, request.metric));
    }
    bounds.push_back(bound);
  }
  return bounds;
}

bool keeps(const Bound& bound, const MetricDistribution& metric, double value) {
  return at_least_as_good(metric.spec().direction, value, bound.threshold);
}

}  // namespace dinas
