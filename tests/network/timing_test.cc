#include "network/timing.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <thread>
#include <vector>

#include "base/error.h"

namespace dinas {
namespace {

// Time that passes only while something runs, and faster or slower as the machine is.
class Machine {
 public:
  [[nodiscard]] Clock clock() {
    return [this] { return now_; };
  }
  // A runnable that takes so many seconds, the n-th run of the machine `slowness(n)` times that.
  std::function<void()> work(double seconds) {
    return [this, seconds] { now_ += seconds * slowness(runs_++); };
  }
  std::function<double(int)> slowness = [](int /*run*/) { return 1.0; };
  [[nodiscard]] int runs() const { return runs_; }

 private:
  double now_ = 1000.0;
  int runs_ = 0;
};

TEST(Timing, QuietMachine) {
  Machine machine;
  const Timing t = time_beside(machine.work(0.030), machine.work(0.010), 15.0, {}, machine.clock());
  // Three times the reference, which is said to take 15 ms.
  EXPECT_NEAR(t.median_ms, 45.0, 1e-9);
  EXPECT_NEAR(t.lower_ms, 45.0, 1e-9);
  EXPECT_NEAR(t.upper_ms, 45.0, 1e-9);
  EXPECT_NEAR(t.reference_ms, 10.0, 1e-9);
  EXPECT_NEAR(t.error, 0.0, 1e-9);
  EXPECT_EQ(t.rounds, 25);
  EXPECT_FALSE(t.noisy) << "it was slower by half when it was calibrated";
  // Three of each warm up; a round is one run of the candidate and three of the reference.
  EXPECT_EQ(machine.runs(), 2 * 3 + 25 * 4);
}

TEST(Timing, Calibration) {
  Machine machine;
  machine.slowness = [](int run) { return run < 3 ? 1.0 : 1.0 + 0.01 * ((run - 3) % 5); };
  const TimingOptions options{.warm_up = 3, .rounds = 1, .most_rounds = 5};
  // 5 runs of 10 ms, 1, 1.01, ... 1.04 times.
  EXPECT_NEAR(calibrate(machine.work(0.010), options, machine.clock()), 10.2, 1e-9);
  EXPECT_EQ(machine.runs(), 3 + 5);
  // Short runs are timed together: 5 ms are 50 runs.
  Machine quick;
  EXPECT_NEAR(calibrate(quick.work(0.0001), options, quick.clock()), 0.1, 1e-9);
  EXPECT_EQ(quick.runs(), 3 + 5 * 50);
}

// Rounds of one run each. The ratios 1, 1.1, 1.2, 1.3, 1.4 in some order: quartiles 1.1 and 1.3.
TEST(Timing, QuartilesOfTheRounds) {
  Machine machine;
  const std::vector<double> slow = {1.3, 1.0, 1.4, 1.1, 1.2};
  machine.slowness = [&](int run) {
    const int round = (run - 2) / 2;
    const bool reference_first = round % 2 == 0;
    const bool candidate = (run % 2 == 1) == reference_first;
    return run >= 2 && candidate ? slow[static_cast<std::size_t>(round)] : 1.0;
  };
  const TimingOptions options{.warm_up = 1, .rounds = 5, .most_rounds = 5};
  const Timing t =
      time_beside(machine.work(0.010), machine.work(0.010), 10.0, options, machine.clock());
  EXPECT_NEAR(t.lower_ms, 11.0, 1e-9);
  EXPECT_NEAR(t.median_ms, 12.0, 1e-9);
  EXPECT_NEAR(t.upper_ms, 13.0, 1e-9);
  EXPECT_NEAR(t.error, 1.2533 * (0.2 / 1.349) / std::sqrt(5.0) / 1.2, 1e-9);
  EXPECT_TRUE(t.noisy) << "an error of 7 %";
}

// The machine becomes slower by half a per cent with every run: in every other round the candidate
// looks slower than it is by that, in the others faster.
TEST(Timing, DriftCancels) {
  Machine machine;
  machine.slowness = [](int run) { return std::pow(1.005, run); };
  const Timing t = time_beside(machine.work(0.010), machine.work(0.010), 10.0,
                               {.rounds = 24, .most_rounds = 24}, machine.clock());
  EXPECT_NEAR(t.median_ms, 10.0, 0.001);
  EXPECT_FALSE(t.noisy);
}

// One run in eleven is interrupted for three times as long as it takes.
TEST(Timing, InterruptionsDoNotMoveTheMedian) {
  Machine machine;
  machine.slowness = [](int run) { return run % 11 == 5 ? 4.0 : 1.0; };
  const Timing t = time_beside(machine.work(0.010), machine.work(0.010), 10.0, {}, machine.clock());
  EXPECT_NEAR(t.median_ms, 10.0, 1e-9);
  EXPECT_NEAR(t.reference_ms, 10.0, 1e-9);
}

// Rounds whose ratios are far apart: as many as allowed, and still noisy.
TEST(Timing, NoiseIsFlagged) {
  Machine machine;
  machine.slowness = [](int run) { return 1.0 + (run * 7919 % 101) / 50.0; };
  const Timing t = time_beside(machine.work(0.010), machine.work(0.010), 10.0, {}, machine.clock());
  EXPECT_EQ(t.rounds, 100);
  EXPECT_GT(t.error, kNoisyError);
  EXPECT_TRUE(t.noisy);
}

TEST(Timing, AnotherSpeedThanCalibratedIsFlagged) {
  Machine machine;
  const Timing t = time_beside(machine.work(0.010), machine.work(0.010), 6.0, {}, machine.clock());
  EXPECT_NEAR(t.error, 0.0, 1e-9);
  EXPECT_TRUE(t.noisy) << "the reference takes 10 ms instead of 6";
}

// To wait is not to compute.
TEST(Timing, ClocksTellWaitingFromComputing) {
  const double wall = steady_seconds();
  const double computed = thread_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_GE(steady_seconds() - wall, 0.050);
  EXPECT_LT(thread_seconds() - computed, 0.040);
}

TEST(Timing, OptionsThatCannotBe) {
  Machine machine;
  const auto work = machine.work(0.01);
  for (const TimingOptions& options : {TimingOptions{.warm_up = 0}, TimingOptions{.rounds = 0},
                                       TimingOptions{.rounds = 30, .most_rounds = 29}}) {
    EXPECT_THROW(time_beside(work, work, 1.0, options, machine.clock()), Error);
    EXPECT_THROW(calibrate(work, options, machine.clock()), Error);
  }
}

}  // namespace
}  // namespace dinas
