// The top level of a space file: names, what labels mean, where the output is, forbidden values.
#include "space/file_space_description.h"

#include <fmt/format.h>

#include <algorithm>

namespace dinas {
namespace {

void read_roles(const TomlFile& file, std::string_view key, LabelRole role,
                SpaceDescription& space) {
  const TomlValue* value = file.root().find(key);
  if (!value) return;
  for (const TomlValue* item : one_or_many(file, *value, key, 64)) {
    const auto& words = space.skeleton.vocabulary;
    const auto found = std::ranges::find(words, item->text);
    if (found == words.end()) {
      file.fail(*item, fmt::format("expected a label of some node in '{}', found '{}'; correct it",
                                   key, item->text));
    }
    LabelRole& current = space.roles[static_cast<std::size_t>(found - words.begin())];
    if (current != LabelRole::kOrdinary) {
      file.fail(*item, fmt::format("expected every label once in 'zero' and 'neutral', found '{}' "
                                   "again; remove one",
                                   item->text));
    }
    current = role;
  }
}

void read_output(const TomlFile& file, SpaceDescription& space) {
  space.output = space.skeleton.nodes - 1;
  if (const TomlValue* value = file.root().find("output")) {
    const std::string& name = file.text(*value, "'output'", 64);
    if (name == "leaves") {
      space.output = space.skeleton.nodes;
    } else {
      const auto found = std::ranges::find(space.nodes, name, &FileNode::name);
      if (found == space.nodes.end()) {
        file.fail(*value, fmt::format("expected the name of a node or 'leaves' as 'output', found "
                                      "'{}'; correct it",
                                      name));
      }
      space.output = static_cast<int>(found - space.nodes.begin());
    }
  }
  if (const TomlValue* direct = file.root().find("direct_output")) {
    space.direct_output = file.flag(*direct, "'direct_output'");
  }
}

// Which nodes may have an edge to an earlier or a later node in some architecture.
struct Wiring {
  std::vector<bool> fed;
  std::vector<bool> feeding;

  explicit Wiring(const Skeleton& skeleton)
      : fed(static_cast<std::size_t>(skeleton.nodes)), feeding(fed) {
    for (const auto& [from, to] : skeleton.fixed_edges) add(from, to);
    for (const Variable& v : skeleton.variables) {
      if (v.kind == VariableKind::kEdge) add(v.source, v.node);
      for (const auto& set : v.sets) {
        for (const int source : set) add(source, v.node);
      }
    }
  }
  void add(int from, int to) {
    feeding[static_cast<std::size_t>(from)] = true;
    fed[static_cast<std::size_t>(to)] = true;
  }
};

void check_wiring(const TomlFile& file, SpaceDescription& space) {
  const Wiring wiring(space.skeleton);
  for (std::size_t node = 0; node < space.nodes.size(); ++node) {
    const std::string& name = space.nodes[node].name;
    const std::uint32_t line = space.nodes[node].line;
    const bool is_output = static_cast<int>(node) == space.output;
    const bool constant = space.skeleton.fixed_label[node] >= 0;
    space.is_input.push_back(!wiring.fed[node]);
    if (!wiring.fed[node] && (!constant || is_output)) {
      file.fail(line, fmt::format("expected something that feeds node '{}', found none; "
                                  "add 'reads', 'chain', [[edge]] or [[inputs]]",
                                  name));
    }
    if (is_output && wiring.feeding[node]) {
      file.fail(line, fmt::format("expected the output '{}' to feed no node, found an edge "
                                  "from it; set 'output'",
                                  name));
    }
    if (!is_output && !wiring.feeding[node] && space.output < space.skeleton.nodes) {
      file.fail(line, fmt::format("expected node '{}' to feed another, found none that reads "
                                  "it; add 'reads', [[edge]] or [[inputs]], or output = "
                                  "\"leaves\"",
                                  name));
    }
  }
}

void read_classes(const TomlFile& file, SpaceDescription& space) {
  const TomlValue* value = file.root().find("classes");
  if (!value) return;
  const std::string& kind = file.text(*value, "'classes'", 64);
  if (kind == "expression") {
    space.classes = ClassKind::kExpression;
  } else if (kind == "isomorphism") {
    space.classes = ClassKind::kIsomorphism;
  } else if (kind != "none") {
    file.fail(*value, fmt::format("expected 'classes' to be expression, isomorphism or none, found "
                                  "'{}'; correct it",
                                  kind));
  }
}

std::size_t variable_index(const TomlFile& file, const TomlValue& at, const std::string& name,
                           const SpaceDescription& space) {
  const auto found = std::ranges::find(space.variable_names, name);
  if (found == space.variable_names.end()) {
    file.fail(at, fmt::format("expected a variable in [[forbid]], found '{}'; variables are named "
                              "after their node, as from->to or as node.inputs",
                              name.substr(0, 90)));
  }
  return static_cast<std::size_t>(found - space.variable_names.begin());
}

// The values of a variable that a text, a list of texts, or { not = ... } of either names.
std::vector<bool> value_set(const TomlFile& file, const TomlValue& value, const std::string& name,
                            const std::vector<std::string>& values) {
  const bool negated = value.kind == TomlKind::kTable;
  if (negated) file.allow_keys(value, "a condition of [[forbid]]", {"not"});
  const TomlValue& named =
      negated ? file.required(value, "a condition of [[forbid]]", "not") : value;
  std::vector<bool> result(values.size(), negated);
  for (const TomlValue* item : one_or_many(file, named, "a value in [[forbid]]", 254)) {
    const auto found = std::ranges::find(values, item->text);
    if (found == values.end()) {
      file.fail(*item, fmt::format("expected a value of '{}', found '{}'; correct it",
                                   name.substr(0, 90), item->text.substr(0, 40)));
    }
    result[static_cast<std::size_t>(found - values.begin())] = !negated;
  }
  return result;
}

ForbidClause read_clause(const TomlFile& file, const TomlValue& table,
                         const SpaceDescription& space) {
  ForbidClause clause;
  for (const auto& [name, value] : table.entries) {
    const std::size_t index = variable_index(file, value, name, space);
    const auto& values = space.skeleton.variables[index].values;
    clause.terms.push_back({index, value_set(file, value, name, values)});
  }
  if (clause.terms.empty()) {
    file.fail(table,
              "expected values of variables in [[forbid]], found none; write variable = value");
  }
  return clause;
}

}  // namespace

void read_meaning(const TomlFile& file, SpaceDescription& space) {
  space.roles.assign(space.skeleton.vocabulary.size(), LabelRole::kOrdinary);
  read_roles(file, "zero", LabelRole::kZero, space);
  read_roles(file, "neutral", LabelRole::kNeutral, space);
  read_output(file, space);
  check_wiring(file, space);
  read_classes(file, space);
}

void read_forbidden(const TomlFile& file, SpaceDescription& space) {
  for (const TomlValue& table : file.tables("forbid", SpaceDescription::kMostForbidden)) {
    space.forbidden.push_back(read_clause(file, table, space));
  }
  if (const TomlValue* most = file.root().find("max_edges")) {
    space.max_edges = file.integer(*most, "'max_edges'", 1, 4096);
  }
}

SpaceDescription describe_space(const TomlFile& file) {
  const TomlValue& root = file.root();
  file.allow_keys(
      root, "a space file",
      {"name", "summary", "output", "direct_output", "zero", "neutral", "classes", "max_edges",
       "labels", "node", "edge", "inputs", "forbid", "notation", "columns", "cost"});
  SpaceDescription space;
  const TomlValue& name = file.required(root, "a space file", "name");
  space.name = file.identifier(name, "'name'");
  const auto taken = space_names();
  if (std::ranges::find(taken, space.name) != taken.end()) {
    file.fail(name, fmt::format("expected a name that no built-in space has, found '{}'; choose "
                                "another",
                                space.name));
  }
  space.summary = file.text(file.required(root, "a space file", "summary"), "'summary'", 200);
  read_nodes(file, space);
  read_edges(file, space);
  read_meaning(file, space);
  read_forbidden(file, space);
  read_costs(file, space);
  read_notation(file, space);
  return space;
}

}  // namespace dinas
