#include "cli/study_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/console.h"
#include "study/best.h"

namespace dinas {
namespace {

using Json = nlohmann::ordered_json;

std::vector<StudyEntry> best_entries(Study& study) {
  const std::vector<StudyEntry> entries = study.entries();
  History history;
  for (const StudyEntry& entry : entries) history.push_back(entry.observation);
  std::vector<StudyEntry> best;
  for (const std::size_t index : best_of(study.task(), history)) best.push_back(entries[index]);
  return best;
}

std::string number(double value) { return std::isnan(value) ? "-" : fmt::format("{:.6g}", value); }

std::string or_nothing(const std::string& text, const char* nothing) {
  return text.empty() ? nothing : text;
}

// How attempts ended, and the latest words of those that failed.
std::string print_attempts(Study& study) {
  constexpr std::size_t kShown = 5;
  std::map<std::string, std::size_t> outcomes;
  std::vector<std::string> failures;
  for (const StudyAttempt& attempt : study.attempts()) {
    ++outcomes[attempt.outcome.empty() ? "running" : attempt.outcome];
    const bool failed = !attempt.outcome.empty() && attempt.outcome != "done" &&
                        attempt.outcome != "lost" && attempt.outcome != "stopped";
    if (failed) {
      failures.push_back(fmt::format("    {:>4}  {}: {}\n", attempt.id, attempt.outcome,
                                     printable(attempt.message)));
    }
  }
  std::string text;
  if (!outcomes.empty()) {
    std::vector<std::string> parts;
    for (const auto& [outcome, count] : outcomes) {
      parts.push_back(fmt::format("{} {}", count, outcome));
    }
    text += fmt::format("  attempts: {}\n", fmt::join(parts, ", "));
  }
  if (failures.empty()) return text;
  const std::size_t first = failures.size() - std::min(failures.size(), kShown);
  text += "  last failures:\n";
  for (std::size_t i = first; i < failures.size(); ++i) text += failures[i];
  return text;
}

std::string print_handed_out(Study& study) {
  std::vector<std::int64_t> running;
  for (const StudyEntry& entry : study.entries()) {
    if (entry.state == "running") running.push_back(entry.id);
  }
  return running.empty() ? "" : fmt::format("  being evaluated: {}\n", fmt::join(running, ", "));
}

}  // namespace

std::string print_counts(const StudyCounts& counts) {
  std::string text =
      fmt::format("{} evaluation{}", counts.evaluations(), counts.evaluations() == 1 ? "" : "s");
  std::vector<std::string> parts;
  const auto add = [&](std::uint64_t count, const char* name) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, name));
  };
  add(counts.failed, "failed");
  add(counts.running, "running");
  add(counts.open, "open");
  if (!parts.empty()) text += fmt::format(" ({})", fmt::join(parts, ", "));
  if (counts.inherited > 0) text += fmt::format(", {} known from twins", counts.inherited);
  if (counts.imported > 0) text += fmt::format(", {} imported", counts.imported);
  return text;
}

std::string print_best(Study& study) {
  const std::vector<StudyEntry> best = best_entries(study);
  if (best.empty()) {
    return study.definition().limits.empty()
               ? "nothing has been evaluated yet\n"
               : "nothing that has been evaluated keeps every bound\n";
  }
  std::string text = fmt::format("{:>6}", "id");
  for (const MetricSpec& metric : study.definition().metrics) {
    text += fmt::format("  {:>12}", metric.name);
  }
  text += "  architecture\n";
  for (const StudyEntry& entry : best) {
    text += fmt::format("{:>6}", entry.id);
    for (std::size_t k = 0; k < entry.observation.values.size(); ++k) {
      const std::size_t width =
          std::max<std::size_t>(study.definition().metrics[k].name.size(), 12);
      text += fmt::format("  {:>{}}", number(entry.observation.values[k]), width);
    }
    text += "  " + entry.notation + "\n";
  }
  return text;
}

std::string best_json(Study& study) {
  const StudyCounts counts = study.counts();
  Json result = {{"objectives", print_objectives(study.definition())},
                 {"limits", print_limits(study.definition())},
                 {"evaluations", counts.evaluations()},
                 {"imported", counts.imported},
                 {"failed", counts.failed},
                 {"best", Json::array()}};
  for (const StudyEntry& entry : best_entries(study)) {
    Json metrics = Json::object();
    for (std::size_t k = 0; k < entry.observation.values.size(); ++k) {
      metrics[study.definition().metrics[k].name] = entry.observation.values[k];
    }
    result["best"].push_back(
        {{"id", entry.id}, {"architecture", entry.notation}, {"metrics", metrics}});
  }
  return result.dump(2) + "\n";
}

std::string print_study(Study& study) {
  const StudyDefinition& d = study.definition();
  std::vector<std::string> metrics;
  for (const MetricSpec& metric : d.metrics) metrics.push_back(print_metric_spec(metric));
  std::string text = fmt::format(
      "space {}\n  objectives: {}\n  bounds: {}\n  metrics: {}\n  method: {}, seed {}\n"
      "  evaluator: {}\n  {}\n",
      d.space, print_objectives(d), or_nothing(print_limits(d), "none"), fmt::join(metrics, ", "),
      d.method, d.seed, or_nothing(printable(d.evaluator), "by hand"),
      print_counts(study.counts()));
  double seconds = 0.0;
  const std::vector<Generation> generations = study.generations();
  for (const Generation& generation : generations) seconds += generation.seconds;
  text += fmt::format("  the method was asked {} times and took {}\n", generations.size(),
                      print_duration(seconds));
  return text + print_attempts(study) + print_handed_out(study) + "best so far\n" +
         print_best(study);
}

}  // namespace dinas
