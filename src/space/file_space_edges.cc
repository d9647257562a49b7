// [[edge]] and [[inputs]]: the edges of a space file that vary.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "space/file_space_description.h"

namespace dinas {
namespace {

constexpr std::size_t kMostEdgeBlocks = 2048;
constexpr std::size_t kMostVariables = 256;
constexpr std::size_t kMostKinds = 64;

// Which pairs of nodes already have an edge, fixed or variable.
class Pairs {
 public:
  explicit Pairs(const Skeleton& skeleton) : nodes_(static_cast<std::size_t>(skeleton.nodes)) {
    used_.assign(nodes_ * nodes_, false);
    for (const auto& [from, to] : skeleton.fixed_edges) used_[index(from, to)] = true;
  }

  void take(const TomlFile& file, const TomlValue& at, int from, int to,
            const SpaceDescription& space) {
    if (used_[index(from, to)]) {
      file.fail(at, fmt::format("expected one edge from '{}' to '{}', found a second; remove one",
                                space.nodes[static_cast<std::size_t>(from)].name,
                                space.nodes[static_cast<std::size_t>(to)].name));
    }
    used_[index(from, to)] = true;
  }

 private:
  [[nodiscard]] std::size_t index(int from, int to) const {
    return static_cast<std::size_t>(from) * nodes_ + static_cast<std::size_t>(to);
  }
  std::size_t nodes_;
  std::vector<bool> used_;
};

const std::string& node_name(const SpaceDescription& space, int node) {
  return space.nodes[static_cast<std::size_t>(node)].name;
}

bool is_fixed(const Skeleton& skeleton, int from, int to) {
  return std::ranges::binary_search(skeleton.fixed_edges, std::pair(from, to));
}

int channel_index(const std::string& name, int states, SpaceDescription& space) {
  auto& channels = space.skeleton.channels;
  const auto found = std::ranges::find(channels, name, &EdgeChannel::name);
  if (found != channels.end()) return static_cast<int>(found - channels.begin());
  channels.push_back({name, states});
  return static_cast<int>(channels.size()) - 1;
}

void add_variable(const TomlFile& file, const TomlValue& at, Variable variable, std::string name,
                  SpaceDescription& space) {
  if (space.skeleton.variables.size() == kMostVariables) {
    file.fail(at, fmt::format("expected at most {} variables, found more; make some constant",
                              kMostVariables));
  }
  space.skeleton.variables.push_back(std::move(variable));
  space.variable_names.push_back(std::move(name));
}

std::vector<std::string> edge_kinds(const TomlFile& file, const TomlValue& table,
                                    SpaceDescription& space) {
  std::vector<std::string> values = {"absent"};
  const TomlValue* kinds = table.find("kinds");
  if (!kinds) return {"absent", "present"};
  for (const TomlValue& item : file.list(*kinds, "'kinds'", 1, SpaceDescription::kMostValues - 1)) {
    const std::string& kind = file.text(item, "a kind of edge", 64);
    if (std::ranges::find(values, kind) != values.end()) {
      file.fail(item, fmt::format("expected different kinds besides 'absent', found '{}'; remove "
                                  "it ('absent' is always possible)",
                                  kind));
    }
    values.push_back(kind);
    if (std::ranges::find(space.edge_kinds, kind) == space.edge_kinds.end()) {
      space.edge_kinds.push_back(kind);
    }
    if (space.edge_kinds.size() > kMostKinds) {
      file.fail(item, fmt::format("expected at most {} different kinds of edges, found more; use "
                                  "fewer",
                                  kMostKinds));
    }
  }
  return values;
}

void read_edge_block(const TomlFile& file, const TomlValue& table, Pairs& pairs,
                     SpaceDescription& space) {
  file.allow_keys(table, "[[edge]]", {"from", "to", "kinds"});
  const auto sources =
      read_node_list(file, file.required(table, "[[edge]]", "from"), "'from'", space);
  const auto targets = read_node_list(file, file.required(table, "[[edge]]", "to"), "'to'", space);
  Variable variable;
  variable.kind = VariableKind::kEdge;
  variable.values = edge_kinds(file, table, space);
  variable.channel = channel_index(variable.values.size() == 2 && variable.values[1] == "present"
                                       ? std::string("edge")
                                       : fmt::format("edge:{}", fmt::join(variable.values, "|")),
                                   variable.size(), space);
  const bool many = sources.size() * targets.size() > 1;
  bool any = false;
  for (const int to : targets) {
    for (const int from : sources) {
      if (from >= to || (many && is_fixed(space.skeleton, from, to))) continue;
      any = true;
      pairs.take(file, table, from, to, space);
      variable.source = from;
      variable.node = to;
      add_variable(file, table, variable,
                   fmt::format("{}->{}", node_name(space, from), node_name(space, to)), space);
    }
  }
  if (!any) {
    file.fail(table,
              "expected a node of 'from' that is listed before one of 'to' and not always read by "
              "it, found none; edges go from an earlier node to a later one");
  }
}

// Every subset of `sources` with `count` members, in lexicographic order; at most kMostValues + 1.
std::vector<std::vector<int>> subsets(const std::vector<int>& sources, std::size_t count) {
  std::vector<std::vector<int>> result;
  std::vector<std::size_t> chosen(count);
  for (std::size_t i = 0; i < count; ++i) chosen[i] = i;
  while (result.size() <= SpaceDescription::kMostValues) {
    auto& set = result.emplace_back();
    for (const std::size_t i : chosen) set.push_back(sources[i]);
    std::size_t moving = count;
    while (moving > 0 && chosen[moving - 1] == sources.size() - count + moving - 1) --moving;
    if (moving == 0) break;
    ++chosen[moving - 1];
    for (std::size_t i = moving; i < count; ++i) chosen[i] = chosen[i - 1] + 1;
  }
  return result;
}

std::vector<std::vector<int>> listed_sets(const TomlFile& file, const TomlValue& value,
                                          const SpaceDescription& space) {
  std::vector<std::vector<int>> result;
  for (const TomlValue& item : file.list(value, "'sets'", 1, SpaceDescription::kMostValues)) {
    auto set = read_node_list(file, item, "a set of 'sets'", space);
    std::ranges::sort(set);
    if (std::ranges::find(result, set) != result.end()) {
      file.fail(item, "expected different sets in 'sets', found one twice; remove one");
    }
    result.push_back(std::move(set));
  }
  return result;
}

std::vector<std::vector<int>> input_sets(const TomlFile& file, const TomlValue& table,
                                         const SpaceDescription& space) {
  if (const TomlValue* sets = table.find("sets")) {
    if (table.find("from") || table.find("choose")) {
      file.fail(*sets,
                "expected 'sets' or 'from' and 'choose' in [[inputs]], found both; remove "
                "one");
    }
    return listed_sets(file, *sets, space);
  }
  const TomlValue& from = file.required(table, "[[inputs]]", "from");
  auto sources = read_node_list(file, from, "'from'", space);
  std::ranges::sort(sources);
  const TomlValue* choose = table.find("choose");
  const int most = static_cast<int>(sources.size());
  const int count = choose ? file.integer(*choose, "'choose'", 1, most) : 1;
  return subsets(sources, static_cast<std::size_t>(count));
}

void read_inputs_block(const TomlFile& file, const TomlValue& table, Pairs& pairs,
                       SpaceDescription& space) {
  file.allow_keys(table, "[[inputs]]", {"node", "from", "choose", "sets"});
  const TomlValue& target = file.required(table, "[[inputs]]", "node");
  const auto node = read_node_list(file, target, "'node'", space);
  if (node.size() != 1) file.fail(target, "expected one node in 'node', found several; name one");
  for (const Variable& other : space.skeleton.variables) {
    if (other.kind != VariableKind::kInputs || other.node != node.front()) continue;
    file.fail(table, fmt::format("expected one [[inputs]] for node '{}', found a second; join "
                                 "their sets",
                                 node_name(space, node.front())));
  }
  Variable variable;
  variable.kind = VariableKind::kInputs;
  variable.node = node.front();
  variable.sets = input_sets(file, table, space);
  if (variable.sets.size() > SpaceDescription::kMostValues) {
    file.fail(table, fmt::format("expected at most {} sets of inputs, found more; list the useful "
                                 "ones as 'sets'",
                                 SpaceDescription::kMostValues));
  }
  std::vector<int> sources;
  for (const auto& set : variable.sets) {
    std::vector<std::string> names;
    for (const int source : set) {
      names.push_back(node_name(space, source));
      if (std::ranges::find(sources, source) == sources.end()) sources.push_back(source);
    }
    variable.values.push_back(fmt::format("{}", fmt::join(names, "+")));
  }
  for (const int source : sources) {
    if (source >= variable.node) {
      file.fail(table, fmt::format("expected inputs that are listed before '{}', found '{}'; edges "
                                   "go from an earlier node to a later one",
                                   node_name(space, variable.node), node_name(space, source)));
    }
    pairs.take(file, table, source, variable.node, space);
  }
  variable.channel = channel_index("edge", 2, space);
  add_variable(file, table, variable, node_name(space, variable.node) + ".inputs", space);
}

}  // namespace

void read_edges(const TomlFile& file, SpaceDescription& space) {
  std::ranges::sort(space.skeleton.fixed_edges);
  space.edge_kinds = {"present"};
  Pairs pairs(space.skeleton);
  for (const TomlValue& table : file.tables("edge", kMostEdgeBlocks)) {
    read_edge_block(file, table, pairs, space);
  }
  for (const TomlValue& table : file.tables("inputs", kMostEdgeBlocks)) {
    read_inputs_block(file, table, pairs, space);
  }
  if (space.skeleton.variables.empty()) {
    file.fail(file.root(),
              "expected something that varies, found only constant nodes and edges; "
              "give a node 'labels', or add [[edge]] or [[inputs]]");
  }
}

}  // namespace dinas
