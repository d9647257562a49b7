// The meters that a user's options ask for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "measure/run.h"

namespace dinas {

struct MeterSet {
  Meters meters;
  std::string settings;  // what decides what the values mean, as a JSON object
};

/// One meter for every group of metrics that is found out together. Throws UsageError for a metric
/// that nothing measures, one twice, and a space without networks.
MeterSet make_meters(const MeasureCommandOptions& options,
                     const std::shared_ptr<const Space>& space);

/// Is one of the metrics a time, which nothing may run beside?
bool is_timed(const std::vector<std::string>& metrics);

/// The time of the reference that a table's latencies hang on, from what stands beside the table;
/// 0 where there is none yet.
double stored_reference_ms(const std::string& table);

}  // namespace dinas
