#include "reproduce/budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace dinas {
namespace {

constexpr double kUsable = 0.9;
constexpr double kMostOfDefault = 0.25;  // of the usable time, where the paper profile runs too
constexpr double kTraining = 0.6;        // of a model of the paper profile

double calls(const SamplingSize& size) {
  return static_cast<double>(size.queries) * static_cast<double>(size.repeats) * size.steps;
}

// Lowers `value` so that the whole fits into `most` calls, but not below `least`.
template <typename Number>
void lower(Number& value, Number least, const SamplingSize& size, double most) {
  if (calls(size) <= most || value <= least) return;
  const double fits = std::floor(static_cast<double>(value) * most / calls(size));
  value = std::max(least, static_cast<Number>(fits));
}

}  // namespace

std::vector<ModelTime> divide_budget(double seconds, std::span<const ReproducedModel> models) {
  const double usable = kUsable * seconds;
  double asked = 0.0;
  double papers = 0.0;
  for (const ReproducedModel& m : models) {
    (m.profile == Profile::kPaper ? papers : asked) +=
        m.profile == Profile::kPaper ? 1.0 : m.seconds;
  }
  const double most = papers > 0.0 ? kMostOfDefault * usable : usable;
  const double default_time = std::min(asked, most);
  std::vector<ModelTime> times;
  for (const ReproducedModel& m : models) {
    if (m.profile == Profile::kFast) {
      times.push_back({m.seconds * default_time / asked, 0.0});
    } else {
      const double share = (usable - default_time) / papers;
      times.push_back({kTraining * share, (1.0 - kTraining) * share});
    }
  }
  return times;
}

SamplingSize cut_sampling(const SamplingSize& asked, double seconds, double seconds_per_call) {
  SamplingSize size = asked;
  if (size.steps == 0) return size;
  const double most = seconds / seconds_per_call;
  lower(size.steps, 50, size, most);
  lower<std::int64_t>(size.repeats, 3, size, most);
  lower(size.steps, 20, size, most);
  lower<std::int64_t>(size.repeats, 1, size, most);
  lower<std::int64_t>(size.queries, 1, size, most);
  return size;
}

std::vector<Cut> sampling_cuts(const std::string& experiment, const SamplingSize& asked,
                               const SamplingSize& done, double seconds_per_call) {
  const double whole = calls(asked) * seconds_per_call;
  std::vector<Cut> cuts;
  const auto add = [&](const std::string& setting, std::int64_t wanted, std::int64_t had) {
    if (had < wanted) {
      cuts.push_back({experiment, setting, std::to_string(wanted), std::to_string(had), whole});
    }
  };
  add("network calls an architecture", asked.steps, done.steps);
  add("repeats", asked.repeats, done.repeats);
  add("queries a repeat", asked.queries, done.queries);
  return cuts;
}

std::vector<Cut> training_cuts(const ReproducedModel& asked, double epochs, double seconds) {
  if (asked.profile == Profile::kPaper) {
    if (epochs >= asked.epochs) return {};
    DINAS_CHECK(epochs > 0.0);
    return {{asked.name, "epochs of training", std::to_string(asked.epochs),
             fmt::format("{:.2f}", epochs), seconds / epochs * asked.epochs}};
  }
  // A run by the clock ends with the step that reaches its time.
  if (std::round(seconds) >= std::round(asked.seconds)) return {};
  return {{asked.name, "seconds of training", fmt::format("{:.0f}", asked.seconds),
           fmt::format("{:.1f}", seconds), asked.seconds}};
}

}  // namespace dinas
