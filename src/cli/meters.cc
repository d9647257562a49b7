#include "cli/meters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "measure/count_meter.h"

namespace dinas {

Meters make_meters(const MeasureCommandOptions& options, std::shared_ptr<const Space> space,
                   Runtime&) {
  Meters meters;
  meters.push_back(std::make_unique<CountMeter>(space, options.network, options.metrics));
  return meters;
}

bool is_timed(const std::vector<std::string>& metrics) {
  return std::ranges::find(metrics, "latency_ms") != metrics.end();
}

std::string measure_settings(const MeasureCommandOptions& options) {
  return nlohmann::ordered_json{{"space", options.space}}.dump();
}

}  // namespace dinas
