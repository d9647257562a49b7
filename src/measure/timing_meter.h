// How long an architecture's network takes on this processor.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "measure/meter.h"
#include "network/latency.h"
#include "network/macro.h"
#include "space/space.h"

namespace dinas {

inline constexpr const char* kLatency = "latency_ms";

class TimingMeter final : public Meter {
 public:
  /// Calibrates the reference unless the options bring its time.
  TimingMeter(std::shared_ptr<const Space> space, const Macro& macro,
              const LatencyOptions& options);

  /// The median and the quartiles.
  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }
  /// One network at a time. Throws Error where the machine is too noisy, three times in a row.
  [[nodiscard]] std::vector<double> measure(
      std::span<const std::uint8_t> architecture) const override;

 private:
  std::shared_ptr<const Space> space_;
  Macro macro_;
  std::vector<std::string> columns_ = {kLatency, "latency_ms_q1", "latency_ms_q3"};
  mutable std::mutex mutex_;
  mutable LatencyMeter meter_;
};

}  // namespace dinas
