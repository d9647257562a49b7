// The top level of a space file: names, what labels mean, where the output is, forbidden values.
#include "space/file_space_description.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "space/file_space_hints.h"

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
      file.fail(
          *item,
          fmt::format("expected a label of some node in '{}', found '{}'{}", key, shown(item->text),
                      did_you_mean(item->text, {words.begin(), words.end()}, "; correct it")));
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
      const std::string& last = space.nodes.back().name;
      if (name != last) {
        file.fail(*value, fmt::format("expected the last node '{}' or 'leaves' as 'output', found "
                                      "'{}'; list the output last",
                                      last, name));
      }
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
      file.fail(line, fmt::format("expected something that feeds node '{}', found none; {}", name,
                                  node == 0 ? "a constant node, the input, has to come before it"
                                            : "add 'reads', 'chain', [[edge]] or [[inputs]]"));
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
                                  shown(kind)));
  }
  if (space.classes == ClassKind::kExpression && !space.direct_output) {
    file.fail(file.required(file.root(), "a space file", "direct_output"),
              "expected no 'direct_output = false' with classes = \"expression\", which cannot "
              "follow it, found both; use classes = \"isomorphism\" or remove one");
  }
}

std::size_t variable_index(const TomlFile& file, const TomlValue& at, const std::string& name,
                           const SpaceDescription& space) {
  const auto& names = space.variable_names;
  for (const auto& [key, value] : at.entries) {
    const std::string whole = name + "." + key;
    if (std::ranges::find(names, whole) == names.end()) continue;
    file.fail(value, fmt::format("expected the variable \"{}\" in [[forbid]], found it without "
                                 "quotes; put the name in quotes",
                                 shown(whole)));
  }
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    const std::string misplaced = misplaced_remedy(name);
    file.fail(at, fmt::format("expected a variable in [[forbid]], found '{}'{}", shown(name),
                              !misplaced.empty()
                                  ? misplaced
                                  : did_you_mean(name, {names.begin(), names.end()},
                                                 "; variables are named after their node, as "
                                                 "from->to or as node.inputs")));
  }
  return static_cast<std::size_t>(found - names.begin());
}

// The values of a variable that a text, a list of texts, or { not = ... } of either names.
std::vector<bool> value_set(const TomlFile& file, const TomlValue& value, const std::string& name,
                            const std::vector<std::string>& values) {
  const bool negated = value.kind == TomlKind::kTable;
  if (negated) file.allow_keys(value, "a condition of [[forbid]]", {"not"});
  const TomlValue& named =
      negated ? file.required(value, "a condition of [[forbid]]", "not") : value;
  std::vector<bool> result(values.size(), negated);
  for (const TomlValue* item :
       one_or_many(file, named, "a value in [[forbid]]", SpaceDescription::kMostValues)) {
    const auto found = std::ranges::find(values, item->text);
    if (found == values.end()) {
      file.fail(
          *item,
          fmt::format("expected a value of '{}', found '{}'{}", shown(name), shown(item->text),
                      did_you_mean(item->text, {values.begin(), values.end()}, "; correct it")));
    }
    const auto index = static_cast<std::size_t>(found - values.begin());
    if (result[index] != negated) {
      file.fail(*item, fmt::format("expected different values of '{}', found '{}' twice; remove "
                                   "one",
                                   shown(name), shown(item->text)));
    }
    result[index] = !negated;
  }
  if (std::ranges::find(result, true) == result.end()) {
    file.fail(value, fmt::format("expected a condition that some value of '{}' meets, found that "
                                 "'not' lists all; remove the [[forbid]]",
                                 shown(name)));
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
    const auto fixed = std::ssize(space.skeleton.fixed_edges);
    if (space.max_edges < fixed) {
      file.fail(*most, fmt::format("expected 'max_edges' to be at least {}, the number of edges "
                                   "that are always there, found {}; raise it",
                                   fixed, space.max_edges));
    }
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
