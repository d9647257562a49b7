// How long something takes on a machine that others use too.
#pragma once

#include <functional>

namespace dinas {

/// Seconds since some moment in the past.
using Clock = std::function<double()>;
/// Of a clock on the wall.
double steady_seconds();
/// That the calling thread has computed: while others have its processor, time stands still.
double thread_seconds();

/// The error of a median beyond which a measurement is called noisy.
constexpr double kNoisyError = 0.02;
/// The same for how far the reference is from what it took when it was calibrated.
constexpr double kNoisyDrift = 0.5;

struct TimingOptions {
  int warm_up = 3;        // runs that do not count
  int rounds = 25;        // at least
  int most_rounds = 100;  // while the median's error is beyond kNoisyError
};

struct Timing {
  double median_ms = 0.0;
  double lower_ms = 0.0;  // quartiles of the rounds
  double upper_ms = 0.0;
  double error = 0.0;         // standard error of the median, relative to it
  double reference_ms = 0.0;  // median of the reference meanwhile
  int rounds = 0;
  bool noisy = false;  // beyond kNoisyError or kNoisyDrift: measure again when it is quieter
};

/// Milliseconds that one run takes: the median of `options.most_rounds`, each a few milliseconds
/// of runs.
double calibrate(const std::function<void()>& reference, const TimingOptions& options,
                 const Clock& clock);

/// Times `candidate` against a reference that is run beside it in every round, so that what slows
/// both down cancels out: the quartiles of the ratios of their times, times what the reference
/// takes on this machine, `reference_ms`. Both run for about equally long in a round, at least a
/// few milliseconds, by turns one and the other first. The error of the median is that of a normal
/// distribution with the same quartiles.
Timing time_beside(const std::function<void()>& candidate, const std::function<void()>& reference,
                   double reference_ms, const TimingOptions& options, const Clock& clock);

}  // namespace dinas
