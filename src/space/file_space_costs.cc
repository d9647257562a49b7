#include "space/file_space_costs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "space/file_space_hints.h"

namespace dinas {
namespace {

constexpr std::size_t kMostCosts = 64;
constexpr double kUnreached = -std::numeric_limits<double>::infinity();

bool may_have(const Skeleton& skeleton, int node, int label) {
  if (skeleton.fixed_label[at(node)] >= 0) return skeleton.fixed_label[at(node)] == label;
  return std::ranges::any_of(skeleton.variables, [&](const Variable& v) {
    return v.kind == VariableKind::kLabel && v.node == node &&
           std::ranges::find(v.labels, label) != v.labels.end();
  });
}

// Numbers per label, for the nodes given; every label must be possible at one of them.
void read_label_numbers(const TomlFile& file, const TomlValue& table, const std::vector<int>& nodes,
                        const SpaceDescription& space, FileCost& cost) {
  file.expect_table(table, "'labels' of a cost");
  for (const auto& [label, value] : table.entries) {
    const double number = file.number(value, "the cost of a label");
    const auto& words = space.skeleton.vocabulary;
    const int index = static_cast<int>(std::ranges::find(words, label) - words.begin());
    bool any = false;
    for (const int node : nodes) {
      if (!may_have(space.skeleton, node, index)) continue;
      cost.of_label[at(node)][at(index)] = number;
      any = true;
    }
    if (!any) {
      std::vector<std::string_view> possible;
      for (std::size_t i = 0; i < words.size(); ++i) {
        const auto has = [&](int node) {
          return may_have(space.skeleton, node, static_cast<int>(i));
        };
        if (std::ranges::any_of(nodes, has)) possible.push_back(words[i]);
      }
      file.fail(value, fmt::format("expected a label of these nodes in the cost '{}', found '{}'{}",
                                   cost.metric.name, shown(label),
                                   did_you_mean(label, possible, "; correct it")));
    }
  }
}

void read_kind_numbers(const TomlFile& file, const TomlValue& table, const SpaceDescription& space,
                       FileCost& cost) {
  file.expect_table(table, "'edges' of a cost");
  for (const auto& [kind, value] : table.entries) {
    const auto found = std::ranges::find(space.edge_kinds, kind);
    if (found == space.edge_kinds.end()) {
      file.fail(value, fmt::format("expected a kind of edge in the cost '{}', found '{}'; correct "
                                   "it",
                                   cost.metric.name, shown(kind)));
    }
    cost.of_kind[static_cast<std::size_t>(found - space.edge_kinds.begin())] =
        file.number(value, "the cost of a kind of edge");
  }
}

FileCost::Kind read_kind(const TomlFile& file, const TomlValue& table) {
  const TomlValue* value = table.find("kind");
  if (!value) return FileCost::Kind::kSum;
  const std::string& kind = file.text(*value, "'kind'", 64);
  if (kind == "sum") return FileCost::Kind::kSum;
  if (kind == "longest_path") return FileCost::Kind::kLongestPath;
  if (kind == "path_count") return FileCost::Kind::kPathCount;
  file.fail(*value, fmt::format("expected 'kind' to be sum, longest_path or path_count, found "
                                "'{}'; correct it",
                                shown(kind)));
}

void read_numbers(const TomlFile& file, const TomlValue& table, const SpaceDescription& space,
                  FileCost& cost) {
  const auto nodes = at(space.skeleton.nodes);
  cost.of_label.assign(nodes, std::vector<double>(space.skeleton.vocabulary.size(), 0.0));
  cost.of_kind.assign(space.edge_kinds.size(), 0.0);
  if (const TomlValue* labels = table.find("labels")) {
    std::vector<int> all(nodes);
    for (std::size_t i = 0; i < nodes; ++i) all[i] = static_cast<int>(i);
    read_label_numbers(file, *labels, all, space, cost);
  }
  if (const TomlValue* blocks = table.find("at")) {
    if (blocks->kind == TomlKind::kTable) file.fail(*blocks, single_bracket_sentence("cost.at"));
    for (const TomlValue& block : file.list(*blocks, "[[cost.at]]", 1, nodes)) {
      file.allow_keys(block, "[[cost.at]]", {"nodes", "labels"});
      const auto named =
          read_node_list(file, file.required(block, "[[cost.at]]", "nodes"), "'nodes'", space);
      read_label_numbers(file, file.required(block, "[[cost.at]]", "labels"), named, space, cost);
    }
  }
  if (const TomlValue* edges = table.find("edges")) read_kind_numbers(file, *edges, space, cost);
}

FileCost read_cost(const TomlFile& file, const TomlValue& table, const SpaceDescription& space) {
  file.allow_keys(
      table, "[[cost]]",
      {"name", "meaning", "kind", "constant", "effective", "decimals", "labels", "at", "edges"});
  FileCost cost;
  cost.metric.name = file.identifier(file.required(table, "[[cost]]", "name"), "a cost's name");
  cost.metric.meaning =
      file.text(file.required(table, "[[cost]]", "meaning"), "'meaning' of a cost", 200);
  cost.kind = read_kind(file, table);
  if (const TomlValue* v = table.find("constant")) cost.constant = file.number(*v, "'constant'");
  if (const TomlValue* v = table.find("effective")) cost.effective = file.flag(*v, "'effective'");
  if (const TomlValue* v = table.find("decimals")) {
    cost.decimals = file.integer(*v, "'decimals'", 0, 15);
  }
  const bool numbers = table.find("labels") || table.find("at") || table.find("edges");
  if (cost.kind == FileCost::Kind::kPathCount && (numbers || table.find("constant"))) {
    file.fail(table, fmt::format("expected no numbers in the cost '{}', which counts paths, found "
                                 "some; remove them or change 'kind'",
                                 cost.metric.name));
  }
  const TomlValue* effective = table.find("effective");
  if (cost.kind != FileCost::Kind::kSum && effective) {
    file.fail(*effective, fmt::format("expected no 'effective' in the cost '{}', as paths are live "
                                      "anyway, found one; remove it",
                                      cost.metric.name));
  }
  const TomlValue* decimals = table.find("decimals");
  if (cost.kind == FileCost::Kind::kPathCount && decimals) {
    file.fail(*decimals, fmt::format("expected no 'decimals' in the cost '{}', which counts paths, "
                                     "found some; remove them",
                                     cost.metric.name));
  }
  read_numbers(file, table, space, cost);
  return cost;
}

double sum_cost(const FileCost& cost, const SpaceDescription& space, const FileGraph& graph) {
  std::vector<bool> counted(at(graph.nodes), true);
  if (cost.effective) counted = live_nodes(space, graph);
  double sum = cost.constant;
  for (std::size_t i = 0; i < cost.of_label.size(); ++i) {
    if (counted[i]) sum += cost.of_label[i][at(graph.labels[i])];
  }
  for (const FileEdge& e : graph.edges) {
    if (e.variable && counted[at(e.from)] && counted[at(e.to)]) sum += cost.of_kind[at(e.kind)];
  }
  return sum;
}

// Best of the sums along input-output paths, or their number, by one sweep in topological order.
double path_cost(const FileCost& cost, const SpaceDescription& space, const FileGraph& graph) {
  const bool longest = cost.kind == FileCost::Kind::kLongestPath;
  const auto live = live_nodes(space, graph);
  std::vector<double> value(live.size(), longest ? kUnreached : 0.0);
  std::size_t next = 0;
  for (std::size_t node = 0; node < live.size(); ++node) {
    if (!live[node]) {
      while (next < graph.edges.size() && at(graph.edges[next].from) == node) ++next;
      continue;
    }
    if (node < space.is_input.size() && space.is_input[node]) value[node] = longest ? 0.0 : 1.0;
    if (longest && node < cost.of_label.size()) {
      value[node] += cost.of_label[node][at(graph.labels[node])];
    }
    for (; next < graph.edges.size() && at(graph.edges[next].from) == node; ++next) {
      const FileEdge& e = graph.edges[next];
      if (!live[at(e.to)]) continue;
      double& target = value[at(e.to)];
      const double extra = e.variable ? cost.of_kind[at(e.kind)] : 0.0;
      target = longest ? std::max(target, value[node] + extra) : target + value[node];
    }
  }
  const double result = value[at(graph.output)];
  return result == kUnreached ? 0.0 : result;
}

}  // namespace

void read_costs(const TomlFile& file, SpaceDescription& space) {
  for (const TomlValue& table : file.tables("cost", kMostCosts)) {
    FileCost cost = read_cost(file, table, space);
    for (const FileCost& other : space.costs) {
      if (other.metric.name != cost.metric.name) continue;
      file.fail(table,
                fmt::format("expected costs of different names, found '{}' twice; rename one",
                            cost.metric.name));
    }
    space.costs.push_back(std::move(cost));
  }
}

double compute_cost(const FileCost& cost, const SpaceDescription& space, const FileGraph& graph) {
  if (cost.kind != FileCost::Kind::kSum) {
    const double paths = path_cost(cost, space, graph);
    if (cost.kind == FileCost::Kind::kPathCount) return paths;
    const double scale = std::pow(10.0, cost.decimals);
    return std::round((cost.constant + paths) * scale) / scale;
  }
  const double scale = std::pow(10.0, cost.decimals);
  return std::round(sum_cost(cost, space, graph) * scale) / scale;
}

}  // namespace dinas
