// What a study is about.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/task.h"
#include "table/table.h"

namespace dinas {

struct StudyDefinition {
  std::string space;                // name, for messages
  std::string space_file;           // text of the space file; empty for a built-in space
  std::vector<MetricSpec> metrics;  // the objectives first, then those that have limits only
  std::size_t objectives = 0;
  std::vector<std::string> computed;  // metrics that the space knows in advance: nobody is asked
  std::vector<Limit> limits;          // at most one a metric
  std::string method;                 // proposes architectures; empty: they are added by hand
  std::uint64_t seed = 0;
  std::string evaluator;  // what answers for an architecture; empty: anyone
  bool operator==(const StudyDefinition&) const = default;
};

/// "max accuracy, min latency_ms", the objectives in order.
std::string print_objectives(const StudyDefinition& definition);
/// "latency_ms <= 4, params_m <= 1"; empty without limits.
std::string print_limits(const StudyDefinition& definition);

/// The built-in space, or what the text of the space file describes.
std::shared_ptr<const Space> space_of(const StudyDefinition& definition);

/// Fills `computed` by the rule of mark_computed; `table`: what will answer, nullptr for none.
void set_computed(StudyDefinition& definition, const Table* table);

/// Without pool and answerable, which depend on the evaluator. Throws Error where the space does
/// not compute what the definition says it does.
SearchTask task_of(const StudyDefinition& definition, std::shared_ptr<const Space> space);

/// Does a value keep a limit?
bool keeps(const SearchTask& task, const Limit& limit, double value);

}  // namespace dinas
