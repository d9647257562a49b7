#include "space/file_space_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "space/draw.h"
#include "space/file_space_diagram.h"

namespace dinas {
namespace {

// [variables][size] number of edges a value brings.
std::vector<std::vector<int>> edge_weights(const Skeleton& skeleton) {
  std::vector<std::vector<int>> weights;
  for (const Variable& v : skeleton.variables) {
    auto& row = weights.emplace_back(v.values.size(), 0);
    if (v.kind == VariableKind::kEdge) std::fill(row.begin() + 1, row.end(), 1);
    for (std::size_t k = 0; k < v.sets.size(); ++k) row[k] = static_cast<int>(v.sets[k].size());
  }
  return weights;
}

// The variables that share clauses, directly or through others: [component][variables, ascending].
// Variables in no clause are in none.
std::vector<std::vector<std::size_t>> components(const SpaceDescription& space) {
  const std::size_t count = space.skeleton.variables.size();
  std::vector<std::size_t> root(count);
  std::iota(root.begin(), root.end(), std::size_t{0});
  std::vector<bool> used(count, false);
  for (const ForbidClause& clause : space.forbidden) {
    const std::size_t to = root[clause.terms.front().variable];
    for (const auto& term : clause.terms) {
      used[term.variable] = true;
      const std::size_t from = root[term.variable];
      std::ranges::replace(root, from, to);
    }
  }
  std::vector<std::vector<std::size_t>> members(count);
  for (std::size_t v = 0; v < count; ++v) {
    if (used[v]) members[root[v]].push_back(v);
  }
  std::erase_if(members, [](const auto& component) { return component.empty(); });
  return members;
}

// The place messages about all rules together point to.
const TomlValue& rules_of(const TomlFile& file) {
  const auto& forbidden = file.tables("forbid", SpaceDescription::kMostForbidden);
  const TomlValue* most = file.root().find("max_edges");
  if (!forbidden.empty()) return forbidden.front();
  return most ? *most : file.root();
}

class FileRules final : public Rules {
 public:
  FileRules(const TomlFile& file, const SpaceDescription& space)
      : weights_(edge_weights(space.skeleton)),
        fixed_edges_(static_cast<int>(space.skeleton.fixed_edges.size())),
        max_edges_(space.max_edges) {
    std::vector<bool> free(weights_.size(), true);
    std::size_t budget = DecisionDiagram::kMostArcs;
    for (const auto& variables : components(space)) {
      std::vector<const ForbidClause*> clauses;
      for (const ForbidClause& clause : space.forbidden) {
        if (std::ranges::binary_search(variables, clause.terms.front().variable)) {
          clauses.push_back(&clause);
        }
      }
      auto diagram = DecisionDiagram::make(variables, clauses, weights_, budget);
      if (!diagram) {
        file.fail(rules_of(file),
                  fmt::format("expected [[forbid]] rules that can be decided with {} "
                              "steps, found more are needed; forbid fewer "
                              "combinations, or of fewer and closer variables",
                              DecisionDiagram::kMostArcs));
      }
      diagrams_.push_back(std::move(*diagram));
      for (const std::size_t v : variables) free[v] = false;
    }
    for (std::size_t v = 0; v < free.size(); ++v) {
      if (free[v] && max_edges_ >= 0) weighed_.push_back(v);
    }
  }

  [[nodiscard]] bool completable(std::span<const std::uint8_t> state) const override {
    int edges = fixed_edges_;
    for (const DecisionDiagram& diagram : diagrams_) {
      const int least = diagram.least_weight(state);
      if (least < 0) return false;
      edges += least;
    }
    for (const std::size_t v : weighed_) {
      const auto& row = weights_[v];
      edges += state[v] < row.size() ? row[state[v]] : *std::ranges::min_element(row);
    }
    return max_edges_ < 0 || edges <= max_edges_;
  }

 private:
  std::vector<std::vector<int>> weights_;
  int fixed_edges_;
  int max_edges_;
  std::vector<DecisionDiagram> diagrams_;
  std::vector<std::size_t> weighed_;  // variables in no diagram whose edges count
};

}  // namespace

std::shared_ptr<const Rules> make_file_rules(const TomlFile& file, const SpaceDescription& space) {
  if (space.forbidden.empty() && space.max_edges < 0) return nullptr;
  auto rules = std::make_shared<const FileRules>(file, space);
  if (!rules->completable(all_masked(space.skeleton))) {
    file.fail(rules_of(file),
              "expected at least one architecture that [[forbid]] and max_edges leave, "
              "found none; relax them");
  }
  return rules;
}

std::optional<std::string> broken_rule(const SpaceDescription& space,
                                       std::span<const std::uint8_t> architecture) {
  for (const ForbidClause& clause : space.forbidden) {
    const auto holds = [&](const auto& term) { return term.values[architecture[term.variable]]; };
    if (!std::ranges::all_of(clause.terms, holds)) continue;
    std::vector<std::string> parts;
    for (const auto& term : clause.terms) {
      const auto& values = space.skeleton.variables[term.variable].values;
      parts.push_back(fmt::format("{} = {}", space.variable_names[term.variable],
                                  values[architecture[term.variable]]));
    }
    return fmt::format("the space forbids {}", fmt::join(parts, " with "));
  }
  const auto weights = edge_weights(space.skeleton);
  auto edges = static_cast<int>(space.skeleton.fixed_edges.size());
  for (std::size_t v = 0; v < weights.size(); ++v) edges += weights[v][architecture[v]];
  if (space.max_edges >= 0 && edges > space.max_edges) {
    return fmt::format("{} edges, the space allows at most {}", edges, space.max_edges);
  }
  return std::nullopt;
}

}  // namespace dinas
