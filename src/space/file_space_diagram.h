// Sets of assignments as decision diagrams.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "space/file_space_description.h"

namespace dinas {

/// The assignments of some variables that break no clause, as a layered graph: a node of layer i
/// stands for what the first i variables leave open, an arc for a value of variable i that can
/// still be completed. Nodes that leave the same open are one node.
class DecisionDiagram {
 public:
  static constexpr std::size_t kMostArcs = 16384;

  /// `variables` ascend and hold every variable of `clauses`; `weights` are [variables of the
  /// space][size]. Nullopt where the diagram would take more than `budget` arcs (<= kMostArcs) on
  /// the way; subtracts those it took from `budget`.
  static std::optional<DecisionDiagram> make(const std::vector<std::size_t>& variables,
                                             const std::vector<const ForbidClause*>& clauses,
                                             const std::vector<std::vector<int>>& weights,
                                             std::size_t& budget);

  /// Least sum of weights over the assignments that agree with `state` (value = size: any); -1 if
  /// there is none. Constant memory, one pass over the arcs.
  [[nodiscard]] int least_weight(std::span<const std::uint8_t> state) const;

 private:
  struct Arc {
    std::uint8_t value = 0;
    std::uint16_t target = 0;
    int weight = 0;

    bool operator<(const Arc& other) const {
      return std::tie(value, target, weight) < std::tie(other.value, other.target, other.weight);
    }
  };
  struct Layer {
    std::size_t variable = 0;
    int size = 0;
    std::vector<std::vector<Arc>> nodes;
  };

  void reduce();

  // Node numbers in arcs count within the next layer; the last layer's arcs lead to the one end.
  std::vector<Layer> layers_;
};

}  // namespace dinas
