// The code of a condition at the network's input, shared by trainer and engines.
#pragma once

#include <span>
#include <vector>

#include "condition/condition.h"
#include "model/config.h"

namespace dinas {

/// Per metric 2 * fourier sinusoids of log tau and an "open" flag: an open metric has zeros and
/// flag 1. With time_input, 2 * fourier sinusoids of the time follow. Frequencies are geometric,
/// from periods of 32 to 1 in log tau.
std::size_t feature_count(const DenoiserConfig& config, std::size_t metrics);

/// Writes feature_count() values. `time` in [0, 1].
void write_features(const DenoiserConfig& config, std::span<const float> condition, double time,
                    std::span<float> out);

}  // namespace dinas
