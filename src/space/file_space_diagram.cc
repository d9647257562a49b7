#include "space/file_space_diagram.h"

#include <algorithm>
#include <limits>
#include <map>

namespace dinas {
namespace {

constexpr int kNone = std::numeric_limits<int>::max();

using Active = std::vector<bool>;  // clauses whose terms so far all hold

const ForbidClause::Term* term_of(const ForbidClause& clause, std::size_t variable) {
  const auto found = std::ranges::find(clause.terms, variable, &ForbidClause::Term::variable);
  return found == clause.terms.end() ? nullptr : &*found;
}

// What is left of `active` once `variable` has `value`; false if a clause is broken by it.
bool advance(const std::vector<const ForbidClause*>& clauses, std::size_t variable,
             std::size_t value, Active& active) {
  for (std::size_t c = 0; c < clauses.size(); ++c) {
    const ForbidClause::Term* term = active[c] ? term_of(*clauses[c], variable) : nullptr;
    if (!term) continue;
    if (!term->values[value]) {
      active[c] = false;
      continue;
    }
    const auto later = [&](const ForbidClause::Term& t) { return t.variable > variable; };
    if (std::ranges::none_of(clauses[c]->terms, later)) return false;
  }
  return true;
}

}  // namespace

std::optional<DecisionDiagram> DecisionDiagram::make(
    const std::vector<std::size_t>& variables, const std::vector<const ForbidClause*>& clauses,
    const std::vector<std::vector<int>>& weights, std::size_t& budget) {
  DecisionDiagram diagram;
  std::map<Active, std::uint16_t> nodes{{Active(clauses.size(), true), 0}};
  for (const std::size_t variable : variables) {
    const std::size_t size = weights[variable].size();
    Layer& layer = diagram.layers_.emplace_back();
    layer.variable = variable;
    layer.size = static_cast<int>(size);
    layer.nodes.resize(nodes.size());
    std::map<Active, std::uint16_t> next;
    for (const auto& [active, number] : nodes) {
      for (std::size_t value = 0; value < size; ++value) {
        if (budget == 0) return std::nullopt;
        --budget;
        Active after = active;
        if (!advance(clauses, variable, value, after)) continue;
        const auto fresh = static_cast<std::uint16_t>(next.size());
        const auto target = next.emplace(std::move(after), fresh).first->second;
        layer.nodes[number].push_back(
            {static_cast<std::uint8_t>(value), target, weights[variable][value]});
      }
    }
    nodes = std::move(next);
  }
  diagram.reduce();
  return diagram;
}

// From the end: arcs to nodes without arcs go, and nodes with the same arcs become one.
void DecisionDiagram::reduce() {
  std::vector<std::optional<std::uint16_t>> kept{0};  // new number of each node of the next layer
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    std::map<std::vector<Arc>, std::uint16_t> distinct;
    std::vector<std::optional<std::uint16_t>> numbers;
    std::vector<std::vector<Arc>> nodes;
    for (const auto& arcs : layer->nodes) {
      std::vector<Arc> alive;
      for (Arc arc : arcs) {
        if (!kept[arc.target]) continue;
        arc.target = *kept[arc.target];
        alive.push_back(arc);
      }
      if (alive.empty()) {
        numbers.emplace_back();
        continue;
      }
      const auto [entry, fresh] = distinct.emplace(alive, static_cast<std::uint16_t>(nodes.size()));
      if (fresh) nodes.push_back(std::move(alive));
      numbers.emplace_back(entry->second);
    }
    layer->nodes = std::move(nodes);
    kept = std::move(numbers);
  }
}

int DecisionDiagram::least_weight(std::span<const std::uint8_t> state) const {
  // Least weights from each node of the next layer and of this one to the end. A layer has at most
  // as many nodes as the layer before it has arcs.
  std::array<std::array<int, kMostArcs>, 2> least;  // NOLINT: only what is written is read
  least[0][0] = 0;
  std::size_t next = 0;
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    const int fixed = state[layer->variable];
    for (std::size_t node = 0; node < layer->nodes.size(); ++node) {
      int best = kNone;
      for (const Arc& arc : layer->nodes[node]) {
        if (fixed < layer->size && arc.value != fixed) continue;
        const int rest = least[next][arc.target];
        if (rest != kNone) best = std::min(best, rest + arc.weight);
      }
      least[1 - next][node] = best;
    }
    next = 1 - next;
  }
  // The first layer is the root alone, and without any node where every assignment is broken.
  const bool dead = !layers_.empty() && layers_.front().nodes.empty();
  return dead || least[next][0] == kNone ? -1 : least[next][0];
}

}  // namespace dinas
