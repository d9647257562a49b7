#include "measure/count_meter.h"

#include <utility>

#include "base/error.h"
#include "network/counts.h"

namespace dinas {

const std::vector<std::string>& count_metrics() {
  static const std::vector<std::string> names = {"params_m", "macs_m", "peak_activation_mb"};
  return names;
}

CountMeter::CountMeter(std::shared_ptr<const Space> space, const Macro& macro,
                       std::vector<std::string> columns)
    : space_(std::move(space)), macro_(macro), columns_(std::move(columns)) {}

std::vector<double> CountMeter::measure(std::span<const std::uint8_t> architecture) const {
  constexpr double kMillion = 1e6;
  const NetworkCounts counts = count(build_network(*space_, architecture, macro_));
  std::vector<double> values;
  for (const std::string& column : columns_) {
    if (column == "params_m") {
      values.push_back(static_cast<double>(counts.params) / kMillion);
    } else if (column == "macs_m") {
      values.push_back(static_cast<double>(counts.macs) / kMillion);
    } else {
      DINAS_CHECK(column == "peak_activation_mb");
      values.push_back(static_cast<double>(counts.peak_activation) * sizeof(float) / kMillion);
    }
  }
  return values;
}

}  // namespace dinas
