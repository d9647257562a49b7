// A search space of three nodes with one variable of each kind, and a wrapper that makes a space
// of any skeleton.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "space/space.h"

namespace dinas {

/// Notation: the values' numbers, separated by spaces. Every architecture is a class of its own.
class SkeletonSpace : public Space {
 public:
  explicit SkeletonSpace(Skeleton skeleton) : skeleton_(std::move(skeleton)) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const std::string& summary() const override { return name_; }
  [[nodiscard]] const Skeleton& skeleton() const override { return skeleton_; }
  [[nodiscard]] std::optional<Architecture> parse(std::string_view, std::string&) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::string print(std::span<const std::uint8_t> architecture) const override {
    std::string text;
    for (const std::uint8_t value : architecture) text += std::to_string(value) + " ";
    return text;
  }
  [[nodiscard]] bool is_degenerate(std::span<const std::uint8_t>) const override { return false; }
  [[nodiscard]] std::uint64_t canonical_class(
      std::span<const std::uint8_t> architecture) const override {
    return architecture_index(skeleton_, architecture);
  }
  [[nodiscard]] NamedGraph graph(std::span<const std::uint8_t>) const override { return {}; }
  [[nodiscard]] const std::vector<ComputedMetric>& computed_metrics() const override {
    return metrics_;
  }
  [[nodiscard]] double compute(std::size_t, std::span<const std::uint8_t>) const override {
    return 0.0;
  }

 private:
  std::string name_ = "toy";
  Skeleton skeleton_;
  std::vector<ComputedMetric> metrics_;
};

/// Node 0 the input, node 1 one of three labels, node 2 the output: an edge 0 -> 2 that may be
/// absent, and either node 0 or node 1 as the input of node 2. Twelve architectures.
inline Skeleton mixed_skeleton() {
  Skeleton s;
  s.nodes = 3;
  s.vocabulary = {"in", "out", "a", "b", "c"};
  s.fixed_label = {0, -1, 1};
  s.fixed_edges = {{0, 1}};
  s.channels = {{"edge", 2}, {"input", 2}};
  s.variables.resize(3);
  s.variables[0] = {.node = 1, .values = {"a", "b", "c"}, .labels = {2, 3, 4}};
  s.variables[1] = {
      .kind = VariableKind::kEdge, .node = 2, .source = 0, .values = {"absent", "present"}};
  s.variables[2] = {.kind = VariableKind::kInputs,
                    .node = 2,
                    .values = {"0", "1"},
                    .sets = {{0}, {1}},
                    .channel = 1};
  return s;
}

}  // namespace dinas
