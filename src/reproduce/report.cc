#include "reproduce/report.h"

#include <algorithm>
#include <set>

#include "reproduce/published.h"

namespace dinas {
namespace {

using nlohmann::json;

json to_json(const Cut& cut) {
  return {{"experiment", cut.experiment},
          {"setting", cut.setting},
          {"asked", cut.asked},
          {"done", cut.done},
          {"asked_would_take_seconds", cut.seconds}};
}

json to_json(const PublishedFigure& f, const HasMetric& has) {
  json result = {{"row", f.row},
                 {"method", f.method},
                 {"quantity", f.quantity},
                 {"value", f.value},
                 {"text", print_figure(f)},
                 {"architectures", f.architectures},
                 {"source", f.source},
                 {"caveat", f.caveat},
                 {"column", f.column},
                 {"file", f.file},
                 {"checkable", !f.column.empty() && has(f.column)}};
  if (f.spread) result["spread"] = *f.spread;
  return result;
}

// Of the trainings, each once, and of the results.
double seconds_of(const std::vector<json>& results) {
  std::set<std::string> models;
  double seconds = 0.0;
  for (const json& result : results) {
    seconds += result.at("seconds").get<double>();
    if (!models.insert(result.at("model").get<std::string>()).second) continue;
    seconds += result.at("training").at("seconds").get<double>();
  }
  return seconds;
}

}  // namespace

json to_json(const Experiment& experiment, const ReproducedModel& model,
             const ExperimentResult& result) {
  const TrainingDone& t = result.training;
  json cuts = json::array();
  for (const Cut& cut : result.cuts) cuts.push_back(to_json(cut));
  return {{"experiment", experiment.name},
          {"model", model.name},
          {"profile", profile_name(model.profile)},
          {"row", experiment.row},
          {"where", result.where},
          {"queries", result.size.queries},
          {"repeats", result.size.repeats},
          {"steps", result.size.steps},
          {"training",
           {{"labels", t.labels},
            {"graphs", t.graphs},
            {"steps", t.steps},
            {"epochs", t.epochs},
            {"seconds", t.seconds}}},
          {"seconds_an_architecture", result.seconds_an_architecture},
          {"seconds", result.seconds},
          {"published", to_json(result.published)},
          {"honest", to_json(result.honest)},
          {"cuts", std::move(cuts)}};
}

json reproduction_report(const Protocol& protocol, const HasMetric& has,
                         const ReproductionFacts& facts, const std::vector<json>& results,
                         const std::vector<NotRun>& not_run) {
  json report = {{"benchmark", protocol.benchmark},
                 {"tables", facts.tables},
                 {"budget_minutes", facts.budget_minutes},
                 {"seconds", seconds_of(results)},
                 {"seed", facts.seed},
                 {"results", results},
                 {"not_run", json::array()},
                 {"cuts", json::array()},
                 {"deviations", protocol.deviations},
                 {"figures", json::array()},
                 {"not_found", values_not_found(protocol.benchmark)},
                 {"sources", json::object()}};
  for (const NotRun& n : not_run) {
    report["not_run"].push_back({{"experiment", n.experiment}, {"reason", n.reason}});
  }
  for (const json& result : results) {
    for (const json& cut : result.at("cuts")) {
      // The cut of a training is that of all experiments of its model.
      const auto& known = report["cuts"];
      if (std::find(known.begin(), known.end(), cut) == known.end()) report["cuts"].push_back(cut);
    }
  }
  for (const PublishedFigure& f : published_figures(protocol.benchmark)) {
    report["figures"].push_back(to_json(f, has));
  }
  for (const PublishedSource& s : published_sources()) report["sources"][s.key] = s.title;
  return report;
}

}  // namespace dinas
