#include "space/nasbench101.h"

#include "base/hash.h"
#include "space/nasbench101_cell.h"
#include "space/nasbench101_class.h"
#include "space/nasbench101_cost.h"
#include "space/nasbench101_notation.h"
#include "space/nasbench101_rules.h"

namespace dinas {
namespace {

// In the order of computed_metrics().
enum NasBench101Metric : std::size_t {
  kParams,
  kMacs,
  kConv3x3s,
  kConv1x1s,
  kMaxPools,
  kDepth,
  kEdges,
  kVertices
};

Skeleton nasbench101_skeleton() {
  Skeleton s;
  s.nodes = kNasBench101Nodes;
  s.vocabulary.assign(kNasBench101Operations.begin(), kNasBench101Operations.end());
  for (const auto* name : {"absent", "input", "output"}) s.vocabulary.emplace_back(name);
  s.fixed_label.assign(kNasBench101Nodes, -1);
  s.fixed_label.front() = 4;
  s.fixed_label.back() = 5;
  s.channels = {{"edge", 2}};
  for (int node = 1; node <= kNasBench101Inner; ++node) {
    Variable v;
    v.node = node;
    v.values.assign(s.vocabulary.begin(), s.vocabulary.begin() + kCodeAbsent + 1);
    v.labels = {kCodeConv3x3, kCodeConv1x1, kCodeMaxPool, kCodeAbsent};
    s.variables.push_back(v);
  }
  for (int from = 0; from < kNasBench101Nodes; ++from) {
    for (int to = from + 1; to < kNasBench101Nodes; ++to) {
      Variable v;
      v.kind = VariableKind::kEdge;
      v.node = to;
      v.source = from;
      v.values = {"absent", "present"};
      s.variables.push_back(v);
    }
  }
  s.rules = std::make_shared<NasBench101Rules>(kNasBench101Inner, kNasBench101Edges);
  return s;
}

double count_of(const NasBench101Cell& cell, std::uint8_t code) {
  int count = 0;
  for (int node = 1; node < cell.output(); ++node) {
    if (cell.label[static_cast<std::size_t>(node)] == code) ++count;
  }
  return count;
}

class NasBench101 final : public Space {
 public:
  NasBench101() : skeleton_(nasbench101_skeleton()) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const std::string& summary() const override { return summary_; }
  [[nodiscard]] const Skeleton& skeleton() const override { return skeleton_; }

  [[nodiscard]] std::optional<Architecture> parse(std::string_view text,
                                                  std::string& why) const override {
    const auto cell = read_nasbench101(text, why);
    if (!cell) return std::nullopt;
    return nasbench101_architecture(*cell);
  }

  [[nodiscard]] std::string print(std::span<const std::uint8_t> architecture) const override {
    return print_nasbench101(nasbench101_cell(architecture));
  }

  [[nodiscard]] std::vector<std::string> columns() const override {
    return {"adj_upper", "v1", "v2", "v3", "v4", "v5", "v6", "v7"};
  }

  [[nodiscard]] bool is_degenerate(std::span<const std::uint8_t> /*architecture*/) const override {
    return false;
  }

  [[nodiscard]] std::uint64_t canonical_class(
      std::span<const std::uint8_t> architecture) const override {
    return hash_numbers({nasbench101_canonical(nasbench101_cell(architecture))});
  }

  [[nodiscard]] NamedGraph graph(std::span<const std::uint8_t> architecture) const override {
    const NasBench101Cell cell = nasbench101_cell(architecture);
    NamedGraph result{nasbench101_labels(cell), {}};
    for (int from = 0; from < cell.nodes; ++from) {
      for (int to = from + 1; to < cell.nodes; ++to) {
        if (cell.joined(from, to)) result.edges.emplace_back(from, to);
      }
    }
    return result;
  }

  [[nodiscard]] const std::vector<ComputedMetric>& computed_metrics() const override {
    return metrics_;
  }

  [[nodiscard]] double compute(std::size_t index,
                               std::span<const std::uint8_t> architecture) const override {
    const NasBench101Cell cell = nasbench101_cell(architecture);
    switch (index) {
      case kParams:
        return static_cast<double>(nasbench101_cost(cell).params);
      case kMacs:
        return static_cast<double>(nasbench101_cost(cell).macs) / 1e6;
      case kConv3x3s:
        return count_of(cell, kCodeConv3x3);
      case kConv1x1s:
        return count_of(cell, kCodeConv1x1);
      case kMaxPools:
        return count_of(cell, kCodeMaxPool);
      case kDepth:
        return nasbench101_depth(cell);
      case kEdges:
        return cell.edges();
      default:
        return cell.nodes;
    }
  }

  [[nodiscard]] std::optional<std::vector<Architecture>> representatives() const override {
    std::vector<Architecture> result;
    for (const NasBench101Cell& cell : nasbench101_classes()) {
      result.push_back(nasbench101_architecture(cell));
    }
    return result;
  }

 private:
  std::string name_ = "nasbench101";
  std::string summary_ =
      "NAS-Bench-101 cells: up to 5 operations of 3 kinds, at most 9 edges in a free wiring";
  Skeleton skeleton_;
  std::vector<ComputedMetric> metrics_ = {
      {"params", "trainable parameters of the benchmark's CIFAR-10 network"},
      {"macs_m", "millions of multiply-accumulates of that network, one 32x32 image"},
      {"conv3x3", "number of 3x3 convolutions in the cell"},
      {"conv1x1", "number of 1x1 convolutions in the cell, projections of the input left out"},
      {"maxpool", "number of 3x3 max poolings in the cell"},
      {"depth", "edges on the longest path from the input to the output"},
      {"edges", "number of edges of the cell"},
      {"vertices", "number of nodes of the cell, input and output included"}};
};

}  // namespace

std::shared_ptr<const Space> make_nasbench101() { return std::make_shared<NasBench101>(); }

}  // namespace dinas
