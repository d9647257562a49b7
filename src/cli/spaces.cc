#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "space/space.h"

namespace dinas {
namespace {

nlohmann::json describe(const Space& space) {
  nlohmann::json variables = nlohmann::json::array();
  for (const Variable& v : space.skeleton().variables) {
    variables.push_back({{"node", v.node}, {"values", v.values}});
  }
  nlohmann::json metrics = nlohmann::json::array();
  for (const ComputedMetric& m : space.computed_metrics()) {
    metrics.push_back({{"name", m.name}, {"meaning", m.meaning}});
  }
  nlohmann::json result = {{"name", space.name()},
                           {"summary", space.summary()},
                           {"nodes", space.skeleton().nodes},
                           {"variables", variables},
                           {"computed_metrics", metrics}};
  result["architectures"] =
      space.enumerable() ? nlohmann::json(*space.enumerable()) : nlohmann::json();
  return result;
}

}  // namespace

void run_spaces(const SpacesOptions& options, Console& console) {
  nlohmann::json list = nlohmann::json::array();
  std::string text;
  for (const std::string& name : space_names()) {
    const auto space = find_space(name);
    list.push_back(describe(*space));
    text += fmt::format("{}\n  {}\n", name, space->summary());
    if (space->enumerable()) text += fmt::format("  architectures: {}\n", *space->enumerable());
    text += "  computed metrics (exact, no table needed):\n";
    for (const ComputedMetric& m : space->computed_metrics()) {
      text += fmt::format("    {:<36} {}\n", m.name, m.meaning);
    }
  }
  console.result(options.json ? list.dump(2) + "\n" : text);
}

}  // namespace dinas
