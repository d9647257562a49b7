// What the protocols of the benchmarks are made of, and the two of NAS-Bench-201's cells.
#pragma once

#include <string>
#include <vector>

#include "reproduce/protocol.h"

namespace dinas {

inline constexpr double kDefaultSeconds = 120.0;  // of `dinas train`

/// The default profile, trained for so many seconds.
ReproducedModel default_model(std::string name, std::vector<std::string> metrics, double seconds,
                              std::int64_t random = 0);
/// The paper profile with the official 100 epochs and f = share.
ReproducedModel paper_model(std::string name, std::vector<std::string> metrics, double share);
/// On the model, with the official 500 network calls where it is the paper's.
Experiment experiment_of(std::string name, const ReproducedModel& model, std::string row,
                         std::vector<std::string> where, Accounting published, Accounting honest);

/// The first of `names` that the tables have. Throws UsageError with the remedy.
std::string first_metric(const std::vector<std::string>& names, const HasMetric& has,
                         const BenchmarkData& data);

/// NAS-Bench-201 and HW-NAS-Bench, see protocol_of.
Protocol nasbench201_protocol(const HasMetric& has, const BenchmarkData& data);
Protocol hw_protocol(const HasMetric& has, const BenchmarkData& data);

}  // namespace dinas
