#include "network/timing.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "base/error.h"

namespace dinas {
namespace {

// Long enough that the clock and a short interruption do not matter.
constexpr double kShortestBlock = 0.005;
constexpr int kMostRepeats = 1000;

// A runnable and how often it is run to be timed once.
struct Block {
  const std::function<void()>& run;
  int repeats = 1;

  // Seconds of one run.
  [[nodiscard]] double seconds(const Clock& clock) const {
    const double start = clock();
    for (int i = 0; i < repeats; ++i) run();
    return (clock() - start) / repeats;
  }
};

// The quickest of the runs that warm up.
double warm_up(const std::function<void()>& run, const TimingOptions& options, const Clock& clock) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < options.warm_up; ++i) least = std::min(least, Block{run}.seconds(clock));
  return least;
}

int repeats(double seconds, double block) {
  if (seconds * kMostRepeats <= block) return kMostRepeats;
  return std::max(1, static_cast<int>(std::lround(block / seconds)));
}

// Of sorted values, between the two nearest.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return quantile(values, 0.5);
}

void check(const TimingOptions& options) {
  if (options.warm_up >= 1 && options.rounds >= 1 && options.most_rounds >= options.rounds) return;
  throw Error(
      fmt::format("expected at least one run to warm up, one round and no more rounds at "
                  "most than at least, found {}, {} and {}: choose other numbers",
                  options.warm_up, options.rounds, options.most_rounds));
}

// Of the rounds so far, in units of what the reference takes.
Timing summary(std::vector<double> ratios, const std::vector<double>& references) {
  std::ranges::sort(ratios);
  Timing t;
  t.rounds = static_cast<int>(ratios.size());
  t.lower_ms = quantile(ratios, 0.25);
  t.median_ms = quantile(ratios, 0.5);
  t.upper_ms = quantile(ratios, 0.75);
  // The quartiles of a normal distribution are 1.349 deviations apart, and the median of n draws
  // deviates by 1.2533 / sqrt(n) of one.
  const double deviation = (t.upper_ms - t.lower_ms) / 1.349;
  t.error = 1.2533 * deviation / std::sqrt(static_cast<double>(t.rounds)) / t.median_ms;
  t.reference_ms = 1e3 * median(references);
  return t;
}

}  // namespace

double steady_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double calibrate(const std::function<void()>& reference, const TimingOptions& options,
                 const Clock& clock) {
  check(options);
  const Block block{reference, repeats(warm_up(reference, options, clock), kShortestBlock)};
  std::vector<double> seconds;
  for (int i = 0; i < options.most_rounds; ++i) seconds.push_back(block.seconds(clock));
  return 1e3 * median(seconds);
}

Timing time_beside(const std::function<void()>& candidate, const std::function<void()>& reference,
                   double reference_ms, const TimingOptions& options, const Clock& clock) {
  check(options);
  const double of_reference = warm_up(reference, options, clock);
  const double of_candidate = warm_up(candidate, options, clock);
  const double length = std::max({kShortestBlock, of_reference, of_candidate});
  const Block beside{reference, repeats(of_reference, length)};
  const Block block{candidate, repeats(of_candidate, length)};
  std::vector<double> ratios;
  std::vector<double> references;
  Timing result;
  for (int round = 0; round < options.most_rounds; ++round) {
    if (round >= options.rounds && result.error <= kNoisyError) break;
    const bool reference_first = round % 2 == 0;
    if (reference_first) references.push_back(beside.seconds(clock));
    const double seconds = block.seconds(clock);
    if (!reference_first) references.push_back(beside.seconds(clock));
    ratios.push_back(seconds / references.back());
    result = summary(ratios, references);
  }
  const double drift = std::abs(result.reference_ms / reference_ms - 1.0);
  result.noisy = result.error > kNoisyError || drift > kNoisyDrift;
  for (double* ms : {&result.lower_ms, &result.median_ms, &result.upper_ms}) *ms *= reference_ms;
  return result;
}

}  // namespace dinas
