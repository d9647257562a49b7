#include "eval/compare_report.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "base/text.h"

namespace dinas {
namespace {

double mean_of_present(const std::vector<double>& values) {
  std::vector<double> present;
  for (const double v : values) {
    if (!std::isnan(v)) present.push_back(v);
  }
  return mean_sd(present).mean;
}

nlohmann::json method_json(const MethodOutcome& m, const std::vector<std::uint64_t>& checkpoints) {
  nlohmann::json json;
  for (const std::uint64_t at : checkpoints) {
    json["best_at"][std::to_string(at)] = m.curve.mean[at - 1];
  }
  const auto add = [&](const char* key, const std::optional<double>& value) {
    if (value) json[key] = *value;
  };
  add("hit_share", m.hit_share);
  add("evaluations_to_optimum_mean", m.evaluations_to_optimum);
  add("evaluations_to_near_mean", m.evaluations_to_near);
  add("regret_mean", m.regret);
  add("small_regret_share", m.small_regret_share);
  if (!m.reported.empty()) json["reported_mean"] = mean_of_present(m.reported);
  json["evaluations_mean"] = m.evaluations;
  json["seconds_mean"] = m.seconds;
  json["curve"] = {{"mean", m.curve.mean},
                   {"low", m.curve.low},
                   {"median", m.curve.median},
                   {"high", m.curve.high}};
  return json;
}

std::string cell(const std::optional<double>& value, int decimals) {
  return fmt::format(" {:>9}", value && !std::isnan(*value)
                                   ? fmt::format("{:.{}f}", *value, decimals)
                                   : std::string("-"));
}

/// The first method's advantage over each of the others, with half the width of its interval.
std::string differences_text(const Comparison& comparison, int decimals) {
  const std::string& first = comparison.methods.front().name;
  std::string text = fmt::format("advantage of {}, 95 % interval\n", first);
  for (std::size_t m = 1; m < comparison.methods.size(); ++m) {
    text += fmt::format("{:<12}", "over " + comparison.methods[m].name);
    for (const PairedDifference& d : comparison.differences) {
      if (d.first != first || d.second != comparison.methods[m].name) continue;
      text += fmt::format("  {}: {:+.{}f} +- {:.{}f}", d.at, d.interval.mean, decimals,
                          d.interval.high - d.interval.mean, decimals);
    }
    text += "\n";
  }
  return text;
}

}  // namespace

nlohmann::json to_json(const Comparison& comparison, const SearchTarget& target) {
  nlohmann::json json;
  json["optimum"] = target.optimum ? nlohmann::json(*target.optimum) : nlohmann::json();
  json["checkpoints"] = comparison.checkpoints;
  for (const MethodOutcome& m : comparison.methods) {
    json["methods"][m.name] = method_json(m, comparison.checkpoints);
  }
  json["differences"] = nlohmann::json::array();
  for (const PairedDifference& d : comparison.differences) {
    json["differences"].push_back({{"first", d.first},
                                   {"second", d.second},
                                   {"at", d.at},
                                   {"mean", d.interval.mean},
                                   {"low", d.interval.low},
                                   {"high", d.interval.high},
                                   {"pairs", d.interval.pairs}});
  }
  return json;
}

std::string to_text(const Comparison& comparison) {
  std::string text = fmt::format("{:<12}", "method");
  for (const std::uint64_t at : comparison.checkpoints) text += fmt::format(" {:>9}", at);
  text += fmt::format(" {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "hit", "to hit", "to near",
                      "regret", "reported", "seconds");
  const int decimals = decimals_of(comparison.methods.front().curve.mean.back());
  for (const MethodOutcome& m : comparison.methods) {
    text += fmt::format("{:<12}", m.name);
    for (const std::uint64_t at : comparison.checkpoints) {
      text += cell(m.curve.mean[at - 1], decimals);
    }
    text += cell(m.hit_share, 3) + cell(m.evaluations_to_optimum, 1) +
            cell(m.evaluations_to_near, 1) + cell(m.regret, decimals);
    const double reported = mean_of_present(m.reported);
    text += cell(reported, decimals_of(reported)) + cell(m.seconds, 3) + "\n";
  }
  if (comparison.methods.size() > 1) text += differences_text(comparison, decimals);
  return text;
}

}  // namespace dinas
