#include "measure/timing_meter.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace dinas {

TimingMeter::TimingMeter(std::shared_ptr<const Space> space, const Macro& macro,
                         const LatencyOptions& options)
    : space_(std::move(space)), macro_(macro), meter_(options) {}

std::vector<double> TimingMeter::measure(std::span<const std::uint8_t> architecture) const {
  constexpr int kAttempts = 3;
  const ImageNetwork network = build_network(*space_, architecture, macro_);
  const std::scoped_lock lock(mutex_);
  Timing timing;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    timing = meter_.measure(network);
    if (!timing.noisy) return {timing.median_ms, timing.lower_ms, timing.upper_ms};
  }
  throw Error(fmt::format(
      "the machine is too noisy to time this: the median of {:.3g} ms is uncertain by {:.1f} % "
      "(at most {:.0f} % is accepted), the reference took {:.3g} ms where it should take {:.3g} "
      "ms; measure it when nothing else runs",
      timing.median_ms, 100.0 * timing.error, 100.0 * kNoisyError, timing.reference_ms,
      meter_.reference_ms()));
}

}  // namespace dinas
