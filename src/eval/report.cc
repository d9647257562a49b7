#include "eval/report.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace dinas {
namespace {

using nlohmann::json;

json number(double value) { return std::isnan(value) ? json() : json(value); }

json number(const std::optional<double>& value) { return value ? number(*value) : json(); }

json to_json(const MeanSd& value) {
  return {{"mean", number(value.mean)}, {"sd", number(value.sd)}};
}

json to_json(const std::optional<Pick>& pick) {
  if (!pick) return {};
  return {{"select", number(pick->select)}, {"report", number(pick->report)}};
}

json to_json(const Outcome& outcome) {
  return {{"select", to_json(outcome.select)},
          {"report", to_json(outcome.report)},
          {"optimum_found", outcome.optimum_found},
          {"feasible", outcome.feasible}};
}

json to_json(const Quality::Inside& inside) {
  json object = json::object();
  for (const auto& [text, share] : inside.per_bound) object[text] = number(share);
  object["all"] = number(inside.all);
  object["known"] = number(inside.known);
  object["of_known"] = number(inside.all / inside.known);
  return object;
}

json to_json(const std::optional<Quality::Hidden>& hidden) {
  if (!hidden) return {};
  return {{"share", number(hidden->share)},    {"inside", number(hidden->inside)},
          {"known", number(hidden->known)},    {"of_known", number(hidden->inside / hidden->known)},
          {"distinct", hidden->distinct},      {"of", hidden->of},
          {"uniform", number(hidden->uniform)}};
}

json to_json(const Quality& quality) {
  const Quality::Coverage& coverage = quality.coverage;
  json sizes = json::object();
  for (const auto& [nodes, samples] : quality.sizes) sizes[std::to_string(nodes)] = samples;
  return {{"generated", quality.generated},
          {"validity", number(quality.validity)},
          {"projected", quality.projected},
          {"rejected", quality.rejected},
          {"degenerate", quality.degenerate},
          {"unknown", quality.unknown},
          {"uniqueness", number(quality.uniqueness)},
          {"novelty", number(quality.novelty)},
          {"sizes", sizes},
          {"inside", to_json(quality.inside)},
          {"coverage",
           {{"share", number(coverage.share)},
            {"found", coverage.found},
            {"of", coverage.of},
            {"draws", coverage.draws}}},
          {"hidden", to_json(quality.hidden)}};
}

json to_json(const std::optional<EditNovelty>& novelty) {
  if (!novelty) return {};
  return {{"training",
           {{"cells", novelty->training_cells},
            {"classes", novelty->training_classes},
            {"of", novelty->seen_classes}}},
          {"distinct", novelty->distinct},
          {"measured", novelty->measured},
          {"novel", number(novelty->novel)},
          {"mean", number(novelty->mean)},
          {"histogram", novelty->histogram},
          {"not_exact", novelty->not_exact}};
}

json to_json(const Control& control) {
  json result = to_json(control.outcome);
  if (control.inside) result["inside"] = number(control.inside);
  if (control.coverage) result["coverage"] = number(control.coverage);
  return result;
}

json to_json(const Interval& interval) {
  return {{"mean", number(interval.mean)},
          {"low", number(interval.low)},
          {"high", number(interval.high)},
          {"pairs", interval.pairs}};
}

/// A value for people; "-" where there is none, and no sign before a zero.
std::string shown(double value, int digits) {
  if (std::isnan(value)) return "-";
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (text.find_first_not_of("-0.") == text.npos && text.front() == '-') text.erase(0, 1);
  return text;
}

std::string shown(const std::optional<double>& value) { return value ? shown(*value, 3) : ""; }

std::string spread(const MeanSd& value, int decimals) {
  if (std::isnan(value.mean)) return "-";
  return shown(value.mean, decimals) + " +- " + shown(value.sd, decimals);
}

std::string row(const std::string& name, const std::string& select, const std::string& report,
                const std::string& optimum, const std::string& inside,
                const std::string& coverage) {
  std::string line = fmt::format("{:<22} {:>18} {:>18} {:>8} {:>8} {:>8}", name, select, report,
                                 optimum, inside, coverage);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

struct Decimals {
  int select = 0;
  int report = 0;
};

std::string row(const std::string& name, const Outcome& outcome, const Decimals& decimals,
                const std::optional<double>& inside, const std::optional<double>& coverage) {
  return row(name, spread(outcome.select, decimals.select), spread(outcome.report, decimals.report),
             std::to_string(outcome.optimum_found), shown(inside), shown(coverage));
}

std::string row(const std::string& name, const std::optional<Pick>& pick,
                const Decimals& decimals) {
  if (!pick) return row(name, "-", "-", "", "", "");
  return row(name, shown(pick->select, decimals.select), shown(pick->report, decimals.report), "",
             "", "");
}

// A sample that cannot be judged is no miss, as a row without values is none.
std::string hidden_line(const Quality::Hidden& hidden) {
  std::string text = fmt::format("hidden classes: {} of the samples, ", shown(hidden.share, 4));
  if (hidden.known < 1.0) {
    text += fmt::format("{} of those can be judged, ", shown(hidden.known, 4));
  }
  return text + fmt::format("of those inside {} (uniform {}), found {} of {}\n",
                            shown(hidden.inside / hidden.known, 4), shown(hidden.uniform, 4),
                            hidden.distinct, hidden.of);
}

std::string quality_lines(const Quality& q) {
  std::string text = fmt::format(
      "{} samples: valid as drawn {}, projected {}, rejected {}, degenerate {}, unknown to the "
      "table {}\n",
      q.generated, shown(q.validity, 4), q.projected, q.rejected, q.degenerate, q.unknown);
  text += fmt::format("classes: unique {}, novel {}\n", shown(q.uniqueness, 4),
                      q.novelty ? shown(*q.novelty, 4) : "unknown");
  if (q.sizes.size() > 1) {
    std::string sizes;
    for (const auto& [nodes, samples] : q.sizes) {
      sizes += fmt::format("{}{}: {}", sizes.empty() ? "" : ", ", nodes, samples);
    }
    text += "samples by nodes " + sizes + "\n";
  }
  for (const auto& [bound, share] : q.inside.per_bound) {
    text += fmt::format("inside {}: {}\n", bound, shown(share, 4));
  }
  if (!q.inside.per_bound.empty() && q.inside.known < 1.0) {
    text += fmt::format("every bound can be judged for {} of the samples, inside of those: {}\n",
                        shown(q.inside.known, 4), shown(q.inside.all / q.inside.known, 4));
  }
  text += fmt::format("coverage: {} of {} found in {} draws\n", q.coverage.found, q.coverage.of,
                      q.coverage.draws);
  if (q.hidden) text += hidden_line(*q.hidden);
  return text;
}

std::string novelty_lines(const EditNovelty& n) {
  std::string text = fmt::format(
      "edit distance to the nearest of {} training cells ({} of {} classes), {} of {} classes "
      "drawn: novel {}, their mean {}, not exact {}\n",
      n.training_cells, n.training_classes, n.seen_classes, n.measured, n.distinct,
      shown(n.novel, 4), shown(n.mean, 3), n.not_exact);
  for (std::size_t d = 0; d < n.histogram.size(); ++d) {
    text += fmt::format("{}{}: {}", d == 0 ? "classes at distance " : ", ", d, n.histogram[d]);
  }
  return n.histogram.empty() ? text : text + "\n";
}

std::string choice_lines(const EvaluationReport& report) {
  const Decimals decimals{decimals_of(report.outcome.select.mean),
                          decimals_of(report.outcome.report.mean)};
  std::string text = row("", "selected", "reported", "optimum", "inside", "coverage");
  text += row("best possible", report.best_possible, decimals);
  text += row("selector's limit", report.selector_limit, decimals);
  const Quality::Inside& inside = report.quality.inside;
  text += row("generator", report.outcome, decimals, inside.all / inside.known,
              report.quality.coverage.share);
  for (const Control& control : report.controls) {
    text += row(control.name, control.outcome, decimals, control.inside, control.coverage);
  }
  text += "\ngenerator's gain in the reported metric, mean and 95 % interval over pairs\n";
  for (const auto& [name, gain] : report.versus) {
    text += fmt::format("{:<22} {:>9} [{}, {}] ({} pairs)\n", name,
                        shown(gain.mean, decimals.report), shown(gain.low, decimals.report),
                        shown(gain.high, decimals.report), gain.pairs);
  }
  return text;
}

std::string title(const EvaluationReport& report) {
  if (report.recall) return "recall (training saw every label of the table)\n";
  if (report.quality.hidden) return "generalisation (classes were hidden from training)\n";
  return "";
}

}  // namespace

json to_json(const EvaluationReport& report) {
  json result = to_json(report.quality);
  result["novelty_ged"] = to_json(report.edit_novelty);
  result.update(to_json(report.outcome));
  result["select"]["metric"] = report.select_metric.metric;
  result["report"]["metric"] = report.report_metric.metric;
  result["labels_used"] = report.labels_used;
  result["evaluations"] = report.evaluations;
  result["repeats"] = report.repeats;
  result["recall"] = report.recall;
  result["best_possible"] = to_json(report.best_possible);
  result["selector_limit"] = to_json(report.selector_limit);
  result["controls"] = json::object();
  for (const Control& control : report.controls) {
    result["controls"][control.name] = to_json(control);
  }
  result["versus"] = json::object();
  for (const auto& [name, interval] : report.versus) result["versus"][name] = to_json(interval);
  result["seconds"] = {{"train", report.train_seconds}, {"generate", report.generate_seconds}};
  return result;
}

std::string print(const EvaluationReport& report) {
  std::string text = title(report) + quality_lines(report.quality);
  if (report.edit_novelty) text += novelty_lines(*report.edit_novelty);
  text += fmt::format(
      "labels used {}, evaluated {} a repeat, {} repeats ({} with a candidate), seconds: training "
      "{:.1f}, drawing {:.2f}\nselected by {}, reported {}\n\n",
      report.labels_used, report.evaluations, report.repeats, report.outcome.feasible,
      report.train_seconds, report.generate_seconds, report.select_metric.metric,
      report.report_metric.metric);
  return text + choice_lines(report);
}

}  // namespace dinas
