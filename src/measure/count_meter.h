// What an architecture's network costs, counted on its layers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "measure/meter.h"
#include "network/macro.h"
#include "space/space.h"

namespace dinas {

/// Names that CountMeter knows: params_m and macs_m (millions), peak_activation_mb (of 10^6 bytes,
/// in single precision, for one image).
const std::vector<std::string>& count_metrics();

class CountMeter final : public Meter {
 public:
  /// `columns`: of count_metrics().
  CountMeter(std::shared_ptr<const Space> space, const Macro& macro,
             std::vector<std::string> columns);

  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }
  [[nodiscard]] std::vector<double> measure(
      std::span<const std::uint8_t> architecture) const override;

 private:
  std::shared_ptr<const Space> space_;
  Macro macro_;
  std::vector<std::string> columns_;
};

}  // namespace dinas
