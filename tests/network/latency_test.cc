#include "network/latency.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/networks.h"

namespace dinas {
namespace {

// A clock that goes on by a millisecond whenever it is asked: every block takes as long.
TEST(LatencyMeter, TimesOnTheClockItIsGiven) {
  int asked = 0;
  const Clock clock = [&asked] { return 1e-3 * asked++; };
  const LatencyOptions options{.timing = {.warm_up = 1, .rounds = 2, .most_rounds = 2}};
  LatencyMeter meter(options, clock);
  // Five runs of the warm-up's millisecond make a block.
  EXPECT_NEAR(meter.reference_ms(), 0.2, 1e-9);
  const Timing t = meter.measure(RandomNetwork(1).network());
  EXPECT_NEAR(t.median_ms, 0.2, 1e-9);
  EXPECT_EQ(t.rounds, 2);
}

TEST(LatencyMeter, TakesTheReferenceOfAnEarlierSession) {
  int asked = 0;
  const Clock clock = [&asked] { return 1e-3 * asked++; };
  const LatencyOptions options{.inference = {.batch = 2},
                               .timing = {.warm_up = 1, .rounds = 1, .most_rounds = 1},
                               .reference_ms = 5.0};
  LatencyMeter meter(options, clock);
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(meter.reference_ms(), 5.0);
  EXPECT_NEAR(meter.measure(RandomNetwork(1).network()).median_ms, 5.0, 1e-9);
}

TEST(LatencyMeter, OptionsThatCannotBe) {
  EXPECT_THROW(LatencyMeter({.inference = {.batch = 0}}), Error);
  EXPECT_THROW(LatencyMeter({.timing = {.rounds = 0}}), Error);
}

}  // namespace
}  // namespace dinas
