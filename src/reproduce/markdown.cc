#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reproduce/report.h"

namespace dinas {
namespace {

using nlohmann::json;
using Cells = std::vector<std::string>;

std::string line(const Cells& cells) { return fmt::format("| {} |\n", fmt::join(cells, " | ")); }

std::string heading(const Cells& cells) { return line(cells) + line(Cells(cells.size(), "---")); }

// "-" where there is no value.
std::string shown_number(const json& value, int digits) {
  return value.is_number() ? fmt::format("{:.{}f}", value.get<double>(), digits) : "-";
}

// Percentages with two decimals, losses and energies with four, counts with none.
int digits_of(double value) {
  if (value >= 1e5) return 0;
  return value >= 10.0 ? 2 : 4;
}

std::string metric_value(const json& value) {
  return shown_number(value, value.is_number() ? digits_of(value.get<double>()) : 0);
}

// One repeat has no spread.
std::string mean_and_spread(const json& value, const json& repeats) {
  const json& mean = value.at("mean");
  if (!mean.is_number() || repeats == 1) return metric_value(mean);
  return metric_value(mean) + " ± " + shown_number(value.at("sd"), digits_of(mean.get<double>()));
}

// The share that keeps all bounds, of several in brackets the shares that keep each, and of how
// many it is known: an unknown value keeps none.
std::string kept(const json& inside, const json& where) {
  std::string text = shown_number(inside.at("all"), 3);
  Cells each;
  for (const json& bound : where) {
    each.push_back(shown_number(inside.at(bound.get<std::string>()), 3));
  }
  if (each.size() > 1) text += fmt::format(" ({})", fmt::join(each, ", "));
  const bool all_known = inside.at("known") == 1.0;
  return all_known ? text : text + "; known of " + shown_number(inside.at("known"), 3);
}

std::string bounds(const json& result) {
  return fmt::format("`{}`", fmt::join(result.at("where").get<Cells>(), "`<br>`"));
}

// The method's own figures for a row, or what stands in their place.
std::string published_of(const json& report, const std::string& row) {
  Cells texts;
  for (const json& f : report.at("figures")) {
    if (f.at("method") != "DiNAS" || f.at("row") != row) continue;
    if (f.at("quantity") != "val" && f.at("quantity") != "test") continue;
    texts.push_back(f.at("quantity").get<std::string>() + " " + f.at("text").get<std::string>());
  }
  return texts.empty() ? "none found" : fmt::format("{}", fmt::join(texts, "; "));
}

std::string as_published(const json& report) {
  std::string text =
      "## As published: queries alone are counted\n\n" +
      heading({"experiment", "asked for", "queries x repeats", "valid", "keep all bounds (each)",
               "selected by", "its best", "reported", "value", "published", "s an architecture"});
  for (const json& r : report.at("results")) {
    const json& e = r.at("published");
    text += line({r.at("experiment"), bounds(r),
                  fmt::format("{} x {}", r.at("queries").dump(), r.at("repeats").dump()),
                  shown_number(e.at("validity"), 3), kept(e.at("inside"), r.at("where")),
                  e.at("select").at("metric"), mean_and_spread(e.at("select"), r.at("repeats")),
                  e.at("report").at("metric"), mean_and_spread(e.at("report"), r.at("repeats")),
                  published_of(report, r.at("row")),
                  fmt::format("{:.2g}", r.at("seconds_an_architecture").get<double>())});
  }
  return text;
}

std::string control(const json& evaluation, const std::string& name) {
  const json& controls = evaluation.at("controls");
  return controls.contains(name)
             ? mean_and_spread(controls.at(name).at("report"), evaluation.at("repeats"))
             : "-";
}

std::string uniform_draws(const json& evaluation) {
  const bool space = evaluation.at("controls").contains("uniform_space");
  return control(evaluation, space ? "uniform_space" : "uniform_table");
}

std::string honest_rows(const json& report) {
  std::string text =
      "\n## Honest: labels and queries are counted, what selects is cheap to measure where the "
      "tables have such a metric\n\n" +
      heading({"experiment", "labels used", "evaluated", "selected by", "reported", "value",
               "best of the table", "uniform draws", "uniform, labels that keep the bounds",
               "best label", "regularised evolution", "local search"});
  for (const json& r : report.at("results")) {
    const json& e = r.at("honest");
    const json& best = e.at("best_possible");
    text += line({r.at("experiment"), e.at("labels_used").dump(), e.at("evaluations").dump(),
                  e.at("select").at("metric"), e.at("report").at("metric"),
                  mean_and_spread(e.at("report"), r.at("repeats")),
                  best.is_object() ? metric_value(best.at("report")) : "-", uniform_draws(e),
                  control(e, "uniform_training"), control(e, "best_training_label"),
                  control(e, "regularised_evolution"), control(e, "local_search")});
  }
  return text;
}

std::string hours(double seconds) {
  return seconds < 5400.0 ? fmt::format("{:.0f} min", seconds / 60.0)
                          : fmt::format("{:.1f} h", seconds / 3600.0);
}

std::string cuts_and_rest(const json& report) {
  std::string text = "\n## Cuts that the budget forced\n\n";
  if (report.at("cuts").empty()) {
    text += "None.\n";
  } else {
    text += heading({"of", "setting", "asked", "done", "the whole at that rate"});
    for (const json& c : report.at("cuts")) {
      text += line({c.at("experiment"), c.at("setting"), c.at("asked"), c.at("done"),
                    hours(c.at("asked_would_take_seconds").get<double>())});
    }
    text +=
        "\nThe rates are this run's. For drawing they are upper bounds: a network call is saved "
        "where the last one changed nothing, which happens more often the more calls there are.\n";
  }
  if (!report.at("not_run").empty()) text += "\n## Not run\n\n";
  for (const json& n : report.at("not_run")) {
    text += fmt::format("- {}: {}\n", n.at("experiment").get<std::string>(),
                        n.at("reason").get<std::string>());
  }
  if (!report.at("deviations").empty()) text += "\n## Other deviations from the paper\n\n";
  for (const json& d : report.at("deviations")) text += "- " + d.get<std::string>() + "\n";
  return text;
}

std::string unchecked(const json& report) {
  std::string text = "\n## Published figures that these tables cannot check\n\n";
  for (const json& f : report.at("figures")) {
    if (f.at("method") != "DiNAS" || f.at("checkable")) continue;
    const std::string row = f.at("row");
    const std::string column = f.at("column");
    text +=
        fmt::format("- {}{}{} {}: needs {}{}\n", row, row.empty() ? "" : " ",
                    f.at("quantity").get<std::string>(), f.at("text").get<std::string>(),
                    column.empty() ? "" : "`" + column + "` of ", f.at("file").get<std::string>());
  }
  for (const json& n : report.at("not_found")) {
    text += "- not found, so not compared: " + n.get<std::string>() + "\n";
  }
  return text;
}

std::string figures(const json& report) {
  if (report.at("figures").empty()) return "";
  std::string text = "\n## Published figures\n\n" +
                     heading({"method", "of", "quantity", "value", "architectures", "caveat"});
  for (const json& f : report.at("figures")) {
    const std::string row = f.at("row");
    text += line({f.at("method"), row.empty() ? "all" : row, f.at("quantity"), f.at("text"),
                  f.at("architectures"), f.at("caveat")});
  }
  text += "\n";
  for (const auto& [key, title] : report.at("sources").items()) {
    text += fmt::format("- {}: {}\n", key, title.get<std::string>());
  }
  return text;
}

}  // namespace

std::string print_reproduction(const json& report) {
  return fmt::format(
             "# reproduce {}\n\nTables: {}. Budget {:g} minutes, trainings and results took "
             "{:.1f}; seed {}.\n"
             "Values are mean ± standard deviation over the repeats.\n\n",
             report.at("benchmark").get<std::string>(),
             fmt::join(report.at("tables").get<Cells>(), ", "),
             report.at("budget_minutes").get<double>(), report.at("seconds").get<double>() / 60.0,
             report.at("seed").get<std::uint64_t>()) +
         as_published(report) + honest_rows(report) + cuts_and_rest(report) + unchecked(report) +
         figures(report);
}

}  // namespace dinas
