#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "cli/commands.h"
#include "space/draw.h"
#include "space/file_space.h"
#include "space/space.h"

namespace dinas {
namespace {

std::string_view kind_name(VariableKind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"label", "edge", "inputs"};
  return kNames[static_cast<std::size_t>(kind)];
}

nlohmann::json describe(const Space& space) {
  nlohmann::json variables = nlohmann::json::array();
  for (const Variable& v : space.skeleton().variables) {
    nlohmann::json variable = {{"kind", kind_name(v.kind)}, {"node", v.node}, {"values", v.values}};
    if (v.kind == VariableKind::kEdge) variable["source"] = v.source;
    variables.push_back(std::move(variable));
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

std::string print_metrics(const Space& space) {
  if (space.computed_metrics().empty()) return "  computed metrics: none\n";
  std::string text = "  computed metrics (exact, no table needed):\n";
  for (const ComputedMetric& m : space.computed_metrics()) {
    text += fmt::format("    {:<36} {}\n", m.name, m.meaning);
  }
  return text;
}

// How many there are and, where they can be listed, how many classes, by the size of their graphs.
struct Count {
  std::optional<std::uint64_t> combinations;  // of values; nullopt: 2^64 or more
  bool all_valid = false;
  std::optional<std::uint64_t> classes;
  std::uint64_t degenerate = 0;  // of the classes
  std::map<std::size_t, std::uint64_t> classes_by_nodes;
};

Count count(const Space& space) {
  Count result;
  result.combinations = combination_count(space.skeleton());
  result.all_valid = space.skeleton().rules == nullptr;
  const auto classes = space.representatives();
  if (!classes) return result;
  result.classes = classes->size();
  for (const Architecture& a : *classes) {
    ++result.classes_by_nodes[space.graph(a).labels.size()];
    result.degenerate += space.is_degenerate(a) ? 1 : 0;
  }
  return result;
}

std::string print_combinations(const Space& space) {
  const auto combinations = combination_count(space.skeleton());
  return fmt::format(
      "  combinations of values: {}{}\n",
      combinations ? std::to_string(*combinations) : "2^64 or more",
      space.skeleton().rules ? ", of which the rules allow some" : ", each an architecture");
}

std::string print_count(const Space& space) {
  const Count c = count(space);
  std::string text = print_combinations(space);
  if (!c.classes) return text + "  classes: too many to list\n";
  text += fmt::format("  classes: {}", *c.classes);
  if (c.degenerate > 0) text += fmt::format(", {} of them degenerate", c.degenerate);
  text += "\n";
  if (c.classes_by_nodes.size() < 2) return text;
  for (const auto& [nodes, classes] : c.classes_by_nodes) {
    text += fmt::format("    with {:>2} nodes: {}\n", nodes, classes);
  }
  return text;
}

nlohmann::json count_json(const Space& space) {
  const Count c = count(space);
  nlohmann::json by_nodes = nlohmann::json::object();
  for (const auto& [nodes, classes] : c.classes_by_nodes) by_nodes[std::to_string(nodes)] = classes;
  const auto number = [](const std::optional<std::uint64_t>& n) {
    return n ? nlohmann::json(*n) : nlohmann::json();
  };
  return {{"name", space.name()},
          {"combinations", number(c.combinations)},
          {"all_valid", c.all_valid},
          {"classes", number(c.classes)},
          {"degenerate_classes", c.degenerate},
          {"classes_by_nodes", by_nodes}};
}

}  // namespace

void run_spaces_check(const SpacesCheckOptions& options, Console& console) {
  const auto space = load_space_file(options.file);
  const Skeleton& skeleton = space->skeleton();
  std::string text = fmt::format("{}\n  {}\n  {} nodes, {} fixed edges, {} variables\n",
                                 space->name(), space->summary(), skeleton.nodes,
                                 skeleton.fixed_edges.size(), skeleton.variables.size());
  for (const Variable& v : skeleton.variables) {
    text += fmt::format("    {:<20} {}\n", fmt::format("{} {}", kind_name(v.kind), v.name),
                        fmt::join(v.values, " "));
  }
  RandomStream stream(0, Purpose::kSpace);
  text += print_combinations(*space) + print_metrics(*space) +
          "  an architecture: " + space->print(random_architecture(skeleton, stream)) + "\n";
  console.result(text);
}

void run_spaces(const SpacesOptions& options, Console& console) {
  if (!options.count.empty()) {
    const auto space = find_space(options.count);
    console.result(options.json ? count_json(*space).dump(2) + "\n"
                                : space->name() + "\n" + print_count(*space));
    return;
  }
  nlohmann::json list = nlohmann::json::array();
  std::string text;
  for (const std::string& name : space_names()) {
    const auto space = find_space(name);
    list.push_back(describe(*space));
    text += fmt::format("{}\n  {}\n", name, space->summary());
    if (space->enumerable()) text += fmt::format("  architectures: {}\n", *space->enumerable());
    text += print_metrics(*space);
  }
  console.result(options.json ? list.dump(2) + "\n" : text);
}

}  // namespace dinas
