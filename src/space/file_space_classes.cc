#include "space/file_space_classes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dinas {
namespace {

constexpr double kLongestForm = 16384;
constexpr int kMostRenamed = 12;

// 0 a, 1 b, ... 25 z, 26 aa, ...
std::string letters(std::size_t rank) {
  std::string result;
  for (std::size_t rest = rank + 1; rest > 0; rest = (rest - 1) / 26) {
    result.insert(result.begin(), static_cast<char>('a' + (rest - 1) % 26));
  }
  return result;
}

// A node computes the sum of its inputs: an output that does nothing of its own.
bool passes_on(const SpaceDescription& space, const FileGraph& graph, int node) {
  const bool constant_output = node == graph.output && (node >= space.skeleton.nodes ||
                                                        space.skeleton.fixed_label[at(node)] >= 0);
  return constant_output || node_role(space, graph, node) == LabelRole::kNeutral;
}

std::string node_form(const SpaceDescription& space, const FileGraph& graph, int node,
                      std::vector<std::string>& terms, const std::vector<std::string>& spelling) {
  if (terms.empty() || node_role(space, graph, node) == LabelRole::kZero) return "#";
  std::ranges::sort(terms);
  const std::string sum = fmt::format("{}", fmt::join(terms, "+"));
  if (sum == "#" || passes_on(space, graph, node)) return sum;
  return fmt::format("({}){}", sum, spelling[at(graph.labels[at(node)])]);
}

// Largest number of nodes an isomorphism may rename.
int renamed_nodes(const SpaceDescription& space) {
  int count = 0;
  for (int node = 0; node < space.skeleton.nodes; ++node) {
    if (!space.is_input[at(node)] && node != space.output) ++count;
  }
  return count;
}

// Upper bound of the size of the output's form over all architectures: every edge that can be is.
double longest_form(const SpaceDescription& space) {
  const Skeleton& skeleton = space.skeleton;
  std::vector<std::vector<int>> sources(at(skeleton.nodes));
  for (const auto& [from, to] : skeleton.fixed_edges) sources[at(to)].push_back(from);
  for (const Variable& v : skeleton.variables) {
    auto& list = sources[at(v.node)];
    if (v.kind == VariableKind::kEdge) list.push_back(v.source);
    for (const auto& set : v.sets) list.insert(list.end(), set.begin(), set.end());
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  std::vector<double> size(at(skeleton.nodes));
  double all = 0;
  for (std::size_t node = 0; node < size.size(); ++node) {
    size[node] = 4;  // brackets and the letters of a label, or the number of an input
    for (const int source : sources[node])
      size[node] += size[at(source)] + 5;  // '+', brackets, kind
    all += size[node] + 1;
  }
  return space.output < skeleton.nodes ? size[at(space.output)] : all;
}

}  // namespace

void check_classes(const TomlFile& file, const SpaceDescription& space) {
  const TomlValue* kind = file.root().find("classes");
  const TomlValue& at_kind = kind ? *kind : file.root();
  if (space.classes == ClassKind::kExpression && !(longest_form(space) <= kLongestForm)) {
    file.fail(at_kind, fmt::format("expected expressions of at most {} bytes, found that they "
                                   "can be longer; use classes = \"none\"",
                                   kLongestForm));
  }
  if (space.classes == ClassKind::kIsomorphism && renamed_nodes(space) > kMostRenamed) {
    file.fail(at_kind, fmt::format("expected at most {} nodes besides inputs and output for "
                                   "isomorphism, found {}; use classes = \"none\"",
                                   kMostRenamed, renamed_nodes(space)));
  }
}

std::vector<std::string> label_letters(const SpaceDescription& space) {
  const Skeleton& skeleton = space.skeleton;
  std::vector<bool> spelt(skeleton.vocabulary.size(), false);
  for (int node = 0; node < skeleton.nodes; ++node) {
    const int label = skeleton.fixed_label[at(node)];
    if (label >= 0 && !space.is_input[at(node)] && node != space.output) spelt[at(label)] = true;
  }
  for (const Variable& v : skeleton.variables) {
    for (const int label : v.labels) spelt[at(label)] = true;
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < spelt.size(); ++i) {
    spelt[i] = spelt[i] && space.roles[i] == LabelRole::kOrdinary;
    if (spelt[i]) names.push_back(skeleton.vocabulary[i]);
  }
  std::ranges::sort(names);
  std::vector<std::string> result(spelt.size());
  for (std::size_t i = 0; i < spelt.size(); ++i) {
    const auto rank = std::ranges::find(names, skeleton.vocabulary[i]) - names.begin();
    if (spelt[i]) result[i] = letters(static_cast<std::size_t>(rank));
  }
  return result;
}

std::string canonical_expression(const SpaceDescription& space,
                                 const std::vector<std::string>& spelling, const FileGraph& graph) {
  std::vector<std::string> forms;
  int inputs = 0;
  for (int node = 0; node < graph.nodes; ++node) {
    if (node < space.skeleton.nodes && space.is_input[at(node)]) {
      const bool zero = node_role(space, graph, node) == LabelRole::kZero;
      forms.push_back(zero ? "#" : fmt::format("{}", inputs));
      ++inputs;
      continue;
    }
    std::vector<std::string> terms;
    for (const FileEdge& e : graph.edges) {
      if (e.to != node) continue;
      const std::string& source = forms[at(e.from)];
      const bool plain = e.kind == 0 || source == "#";
      terms.push_back(plain ? source : fmt::format("[{}]{}", source, e.kind));
    }
    forms.push_back(node_form(space, graph, node, terms, spelling));
  }
  return forms[at(graph.output)];
}

}  // namespace dinas
