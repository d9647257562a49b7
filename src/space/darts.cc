#include "space/darts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/hash.h"
#include "space/darts_cell.h"
#include "space/darts_costs.h"
#include "space/darts_notation.h"

namespace dinas {
namespace {

constexpr int kCellNodes = 6;
constexpr std::array<std::string_view, 2> kInputNames = {"c_{k-2}", "c_{k-1}"};
constexpr std::array<std::string_view, 2> kRoles = {"first", "second"};

Variable inputs_variable(int first, int node) {
  Variable v;
  v.kind = VariableKind::kInputs;
  v.node = first + node;
  for (const auto& [a, b] : darts_input_pairs(node)) {
    v.values.push_back(fmt::format("{}+{}", a, b));
    v.sets.push_back({first + a, first + b});
  }
  return v;
}

// The operation on the lower (role 0) or higher (role 1) input of a node.
Variable operation_variable(int node, std::size_t role) {
  Variable v;
  v.node = node;
  const std::size_t offset = kInputNames.size() + role * kDartsOpNames.size();
  for (std::size_t k = 0; k < kDartsOpNames.size(); ++k) {
    v.values.emplace_back(kDartsOpNames[k]);
    v.labels.push_back(static_cast<int>(offset + k));
  }
  return v;
}

Skeleton darts_skeleton() {
  Skeleton s;
  s.nodes = 2 * kCellNodes;
  s.vocabulary.assign(kInputNames.begin(), kInputNames.end());
  for (const auto role : kRoles) {
    for (const auto op : kDartsOpNames) s.vocabulary.push_back(fmt::format("{} {}", role, op));
  }
  s.channels = {{"input", 2}};
  for (const int first : {0, kCellNodes}) {
    s.fixed_label.insert(s.fixed_label.end(), {0, 1, -1, -1, -1, -1});
    for (const int input : {0, 1}) s.fixed_edges.emplace_back(first + input, first + 2);
    for (int node = 2; node < kCellNodes; ++node) {
      if (node > 2) s.variables.push_back(inputs_variable(first, node));
      for (const std::size_t role : {0U, 1U}) {
        s.variables.push_back(operation_variable(first + node, role));
      }
    }
  }
  return s;
}

enum class Quantity { kParams, kMacs, kFlops };

struct DartsMetric {
  std::string_view name;
  std::string_view meaning;
  DartsNetwork network;
  Quantity quantity;
  bool effective;
};

constexpr std::array<DartsMetric, 9> kMetrics = {{
    {"params_m", "millions of parameters, CIFAR-10 network (20 cells, 36 channels)",
     DartsNetwork::kCifar10, Quantity::kParams, false},
    {"macs_m", "millions of multiply-accumulates, CIFAR-10 network", DartsNetwork::kCifar10,
     Quantity::kMacs, false},
    {"flops_m", "millions of operations as OnceNAS counts them, CIFAR-10 network",
     DartsNetwork::kCifar10, Quantity::kFlops, false},
    {"imagenet_params_m", "millions of parameters, ImageNet network (14 cells, 48 channels)",
     DartsNetwork::kMobile, Quantity::kParams, false},
    {"imagenet_macs_m", "millions of multiply-accumulates, ImageNet network, 224x224",
     DartsNetwork::kMobile, Quantity::kMacs, false},
    {"effective_params_m", "params_m without operations that cannot matter", DartsNetwork::kCifar10,
     Quantity::kParams, true},
    {"effective_macs_m", "macs_m without operations that cannot matter", DartsNetwork::kCifar10,
     Quantity::kMacs, true},
    {"effective_imagenet_params_m", "imagenet_params_m without operations that cannot matter",
     DartsNetwork::kMobile, Quantity::kParams, true},
    {"effective_imagenet_macs_m", "imagenet_macs_m without operations that cannot matter",
     DartsNetwork::kMobile, Quantity::kMacs, true},
}};

// The flops_m of OnceNAS-Bench (those of the profiler thop): multiply-accumulates, four operations
// per number that leaves a BatchNorm, one per number that leaves an average pooling of a cell, 65
// per mean over the last 8x8 map; nothing for ReLU, max pooling and sums. Printed with five
// decimals there, so rounded here, to be equal.
double oncenas_flops_m(const DartsCosts& costs) {
  const std::int64_t flops =
      costs.macs + 4 * costs.norm_outputs + costs.avg_pool_sums + 65 * costs.features;
  return std::round(static_cast<double>(flops) / 10.0) / 1e5;
}

bool has_path(const DartsCell& cell) {
  const auto live = darts_live_nodes(cell, true, true);
  return std::any_of(live.begin() + 2, live.end(), [](bool node) { return node; });
}

// Inputs, then two operations and their sum for every intermediate node, then the concatenation.
void append_cell(const DartsCell& cell, std::string_view name, Space::NamedGraph& graph) {
  const auto add = [&graph](std::string label) {
    graph.labels.push_back(std::move(label));
    return static_cast<int>(graph.labels.size()) - 1;
  };
  std::vector<int> position;  // of the nodes of the cell
  for (const auto input : kInputNames) position.push_back(add(fmt::format("{} {}", name, input)));
  for (const DartsNode& node : cell) {
    std::array<int, 2> terms{};
    for (std::size_t i = 0; i < 2; ++i) {
      terms[i] = add(std::string(kDartsOpNames.at(static_cast<std::size_t>(node.ops[i]))));
      graph.edges.emplace_back(position[node.inputs[i]], terms[i]);
    }
    position.push_back(add("add"));
    for (const int term : terms) graph.edges.emplace_back(term, position.back());
  }
  const int output = add(fmt::format("{} concat", name));
  for (std::size_t k = 2; k < position.size(); ++k) graph.edges.emplace_back(position[k], output);
}

class Darts final : public Space {
 public:
  Darts() : skeleton_(darts_skeleton()) {
    for (const DartsMetric& metric : kMetrics) {
      metrics_.push_back({std::string(metric.name), std::string(metric.meaning)});
    }
  }

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const std::string& summary() const override { return summary_; }
  [[nodiscard]] const Skeleton& skeleton() const override { return skeleton_; }

  [[nodiscard]] std::optional<Architecture> parse(std::string_view text,
                                                  std::string& why) const override {
    const auto genotype = parse_darts(text, why);
    if (!genotype) return std::nullopt;
    return darts_encode(*genotype);
  }

  [[nodiscard]] std::string print(std::span<const std::uint8_t> architecture) const override {
    return print_darts(darts_decode(architecture));
  }

  [[nodiscard]] std::vector<std::string> columns() const override { return {"normal", "reduce"}; }

  [[nodiscard]] bool is_degenerate(std::span<const std::uint8_t> architecture) const override {
    const DartsGenotype genotype = darts_decode(architecture);
    return !has_path(genotype.normal) || !has_path(genotype.reduce);
  }

  [[nodiscard]] std::uint64_t canonical_class(
      std::span<const std::uint8_t> architecture) const override {
    const DartsGenotype genotype = darts_decode(architecture);
    return hash_bytes(darts_canonical_form(genotype.normal) + "/" +
                      darts_canonical_form(genotype.reduce));
  }

  [[nodiscard]] NamedGraph graph(std::span<const std::uint8_t> architecture) const override {
    const DartsGenotype genotype = darts_decode(architecture);
    NamedGraph result;
    append_cell(genotype.normal, "normal", result);
    append_cell(genotype.reduce, "reduce", result);
    return result;
  }

  [[nodiscard]] const std::vector<ComputedMetric>& computed_metrics() const override {
    return metrics_;
  }

  [[nodiscard]] double compute(std::size_t index,
                               std::span<const std::uint8_t> architecture) const override {
    const DartsMetric& metric = kMetrics.at(index);
    const DartsCosts costs =
        darts_costs(darts_decode(architecture), metric.network, metric.effective);
    if (metric.quantity == Quantity::kFlops) return oncenas_flops_m(costs);
    const std::int64_t count = metric.quantity == Quantity::kParams ? costs.params : costs.macs;
    return static_cast<double>(count) / 1e6;
  }

 private:
  std::string name_ = "darts";
  std::string summary_ =
      "DARTS genotypes: a normal and a reduction cell, 8 operations of 8 kinds each on chosen "
      "inputs";
  Skeleton skeleton_;
  std::vector<ComputedMetric> metrics_;
};

}  // namespace

std::shared_ptr<const Space> make_darts() { return std::make_shared<Darts>(); }

}  // namespace dinas
