// What a study knows.
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "study/study.h"

namespace dinas {
namespace {

Observation::State state_of(const std::string& text) {
  if (text == "done" || text == "inherited") return Observation::State::kDone;
  return text == "failed" ? Observation::State::kFailed : Observation::State::kPending;
}

}  // namespace

std::vector<StudyEntry> Study::entries() {
  std::vector<StudyEntry> result;
  std::vector<std::int64_t> classes;
  Statement row =
      database_->query("SELECT id, notation, origin, state, class FROM architecture ORDER BY id");
  while (row.step()) {
    StudyEntry entry{row.integer(0), row.text(1), row.text(2), row.text(3), {}};
    entry.observation.architecture = parse(entry.notation, entry.id);
    entry.observation.state = state_of(entry.state);
    classes.push_back(row.integer(4));
    result.push_back(std::move(entry));
  }
  fill_values(result, classes);
  return result;
}

// What was told for the architecture itself comes first, then what was first told for a twin.
void Study::fill_values(std::vector<StudyEntry>& entries,
                        const std::vector<std::int64_t>& classes) {
  const std::size_t metrics = task_.metrics.size();
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  std::unordered_map<std::int64_t, std::size_t> index;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    index[entries[i].id] = i;
    entries[i].observation.values.assign(metrics, kUnknown);
  }
  std::unordered_map<std::int64_t, std::vector<double>> shared;
  Statement row = database_->query("SELECT architecture, metric, value FROM value ORDER BY told");
  while (row.step()) {
    const auto entry = index.find(row.integer(0));
    if (entry == index.end()) continue;  // asked after the entries were read
    const auto metric = static_cast<std::size_t>(row.integer(1));
    DINAS_CHECK(metric < metrics);
    entries[entry->second].observation.values[metric] = row.real(2);
    auto& values = shared.try_emplace(classes[entry->second], metrics, kUnknown).first->second;
    if (std::isnan(values[metric])) values[metric] = row.real(2);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Observation& observation = entries[i].observation;
    const auto twins = shared.find(classes[i]);
    for (std::size_t k = 0; k < metrics; ++k) {
      double& value = observation.values[k];
      const SearchMetric& metric = task_.metrics[k];
      if (metric.computed) {
        value = space().compute(*metric.computed, observation.architecture);
      } else if (std::isnan(value) && twins != shared.end() &&
                 metric.spec.level == MetricLevel::kClass) {
        value = twins->second[k];
      }
    }
  }
}

History Study::history() {
  History result;
  for (StudyEntry& entry : entries()) result.push_back(std::move(entry.observation));
  return result;
}

StudyCounts Study::counts() {
  StudyCounts result;
  Statement row = database_->query(
      "SELECT state, count(*), sum(origin = 'import' AND state = 'done') FROM architecture "
      "GROUP BY state");
  while (row.step()) {
    const std::string state = row.text(0);
    const auto count = static_cast<std::uint64_t>(row.integer(1));
    if (state == "open") result.open = count;
    if (state == "running") result.running = count;
    if (state == "done") result.done = count;
    if (state == "inherited") result.inherited = count;
    if (state == "failed") result.failed = count;
    result.imported += static_cast<std::uint64_t>(row.integer(2));
  }
  return result;
}

std::vector<StudyAttempt> Study::attempts() {
  std::vector<StudyAttempt> result;
  Statement row = database_->query(
      "SELECT architecture, notation, worker, started, ended, outcome, message, exit_status "
      "FROM attempt t JOIN architecture a ON a.id = t.architecture ORDER BY t.id");
  while (row.step()) {
    StudyAttempt attempt{row.integer(0), row.text(1), row.text(2), row.real(3), {},
                         row.text(5),    row.text(6), {}};
    if (!row.is_null(4)) attempt.ended = row.real(4);
    if (!row.is_null(7)) attempt.exit_status = static_cast<int>(row.integer(7));
    result.push_back(std::move(attempt));
  }
  return result;
}

std::vector<Generation> Study::generations() {
  std::vector<Generation> result;
  Statement row = database_->query("SELECT labels, seconds, note FROM generation ORDER BY number");
  while (row.step()) {
    result.push_back({static_cast<std::uint64_t>(row.integer(0)), row.real(1), row.text(2)});
  }
  return result;
}

}  // namespace dinas
