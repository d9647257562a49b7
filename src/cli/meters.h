// The meters that a user's options ask for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "measure/run.h"

namespace dinas {

/// One meter for every group of metrics that is found out together. Throws UsageError for a metric
/// that nothing measures, none at all, and a space without networks; NeedsTorch for what is learned
/// or needs gradients.
Meters make_meters(const MeasureCommandOptions& options, std::shared_ptr<const Space> space,
                   Runtime& runtime);

/// Is one of the metrics a time, which nothing may run beside?
bool is_timed(const std::vector<std::string>& metrics);

/// What decides what the values mean, as a JSON object.
std::string measure_settings(const MeasureCommandOptions& options);

}  // namespace dinas
