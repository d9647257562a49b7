#include "space/nasbench_nlp.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "space/nasbench_nlp_cell.h"
#include "space/nasbench_nlp_notation.h"
#include "space/nasbench_nlp_rules.h"

namespace dinas {
namespace {

constexpr int kOutputNode = kNlpInputs + kNlpOperations;

// The network the benchmark trains on WikiText-2: three recurrent layers and a decoder that shares
// the weights of the embedding and has a bias of its own.
constexpr std::int64_t kVocabulary = 33278;
constexpr std::int64_t kEmbedding = 400;
struct Layer {
  std::int64_t input;
  std::int64_t hidden;
};
constexpr std::array<Layer, 3> kLayers = {{{400, 600}, {600, 600}, {600, 400}}};

Variable label_variable(int place) {
  Variable v;
  v.node = kNlpInputs + place;
  for (const NlpOperation& operation : kNlpOperationTable) v.values.emplace_back(operation.name);
  v.values.emplace_back("absent");
  for (int code = 0; code < v.size(); ++code) v.labels.push_back(kNlpInputs + 1 + code);
  return v;
}

// A choice of one of the nodes first..last or none of them.
Variable choice_variable(int node, int channel, int first, int last) {
  Variable v;
  v.kind = VariableKind::kInputs;
  v.node = node;
  v.channel = channel;
  v.values = {"none"};
  v.sets = {{}};
  for (int source = first; source <= last; ++source) {
    v.values.push_back(source < kNlpInputs
                           ? std::string(kNlpInputNames[static_cast<std::size_t>(source)])
                           : fmt::format("node_{}", source - kNlpInputs + 1));
    v.sets.push_back({source});
  }
  return v;
}

Skeleton nasbench_nlp_skeleton() {
  Skeleton s;
  s.nodes = kOutputNode + 1;
  s.vocabulary.assign(kNlpInputNames.begin(), kNlpInputNames.end());
  s.vocabulary.emplace_back("output");
  for (const auto& name : label_variable(0).values) s.vocabulary.push_back(name);
  s.fixed_label.assign(static_cast<std::size_t>(s.nodes), -1);
  for (int input = 0; input < kNlpInputs; ++input) {
    s.fixed_label[static_cast<std::size_t>(input)] = input;
  }
  s.fixed_label.back() = kNlpInputs;
  for (int position = 0; position < kNlpOperands; ++position) {
    s.channels.push_back({fmt::format("operand {}", position + 1)});
  }
  for (int state = 0; state < kNlpHidden; ++state) {
    s.channels.push_back({fmt::format("h_new_{}", state)});
  }
  for (int place = 0; place < kNlpOperations; ++place) {
    const int node = kNlpInputs + place;
    s.variables.push_back(label_variable(place));
    for (int position = 0; position < kNlpOperands; ++position) {
      s.variables.push_back(choice_variable(node, position, 0, node - 1));
    }
  }
  for (int state = 0; state < kNlpHidden; ++state) {
    s.variables.push_back(
        choice_variable(kOutputNode, kNlpOperands + state, kNlpInputs, kOutputNode - 1));
  }
  s.rules = std::make_shared<NlpRules>(kNlpOperations);
  return s;
}

int linears(const NlpCell& cell) {
  return static_cast<int>(
      std::ranges::count(cell.nodes, nlp_label::kLinear, &NlpCell::Node::operation));
}

// A linear has a weight matrix for each operand and one bias; x has the size of the layer's input,
// everything else the size of its hidden state.
std::int64_t parameters(const NlpCell& cell) {
  std::int64_t total = kVocabulary * kEmbedding + kVocabulary;
  for (const Layer& layer : kLayers) {
    for (const NlpCell::Node& node : cell.nodes) {
      if (node.operation != nlp_label::kLinear) continue;
      total += layer.hidden;
      for (const int source : node.operands) {
        total += (source == 0 ? layer.input : layer.hidden) * layer.hidden;
      }
    }
  }
  return total;
}

// Most operations on one path; every path ends in a hidden state.
int depth(const NlpCell& cell) {
  std::vector<int> depths;
  for (const NlpCell::Node& node : cell.nodes) {
    int before = 0;
    for (const int source : node.operands) {
      if (source >= kNlpInputs) {
        before = std::max(before, depths[static_cast<std::size_t>(source - kNlpInputs)]);
      }
    }
    depths.push_back(before + 1);
  }
  return *std::ranges::max_element(depths);
}

class NasBenchNlp final : public Space {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const std::string& summary() const override { return summary_; }
  [[nodiscard]] const Skeleton& skeleton() const override { return skeleton_; }

  [[nodiscard]] std::optional<Architecture> parse(std::string_view text,
                                                  std::string& why) const override {
    const auto cell = read_nlp_recipe(text, why);
    if (!cell) return std::nullopt;
    return encode_nlp(*cell);
  }

  [[nodiscard]] std::string print(std::span<const std::uint8_t> architecture) const override {
    return write_nlp_recipe(decode_nlp(architecture));
  }

  [[nodiscard]] bool is_degenerate(std::span<const std::uint8_t>) const override { return false; }

  [[nodiscard]] std::uint64_t canonical_class(
      std::span<const std::uint8_t> architecture) const override {
    return hash_bytes(nlp_canonical_form(decode_nlp(architecture)));
  }

  // The inputs and operations in use and the output; edges to a node in the order of its operands,
  // those to the output in the order of the hidden states.
  [[nodiscard]] NamedGraph graph(std::span<const std::uint8_t> architecture) const override {
    const NlpCell cell = decode_nlp(architecture);
    const auto states = static_cast<int>(cell.hidden.size());
    const int unused = kNlpInputs - 1 - states;
    NamedGraph result;
    for (int input = 0; input <= states; ++input) {
      result.labels.emplace_back(kNlpInputNames[static_cast<std::size_t>(input)]);
    }
    for (const NlpCell::Node& node : cell.nodes) {
      const auto to = static_cast<int>(result.labels.size());
      for (const int source : node.operands) {
        result.edges.emplace_back(source < kNlpInputs ? source : source - unused, to);
      }
      result.labels.emplace_back(kNlpOperationTable.at(node.operation).name);
    }
    for (const int node : cell.hidden) {
      result.edges.emplace_back(1 + states + node, static_cast<int>(result.labels.size()));
    }
    result.labels.emplace_back("output");
    return result;
  }

  [[nodiscard]] const std::vector<ComputedMetric>& computed_metrics() const override {
    return metrics_;
  }

  [[nodiscard]] double compute(std::size_t index,
                               std::span<const std::uint8_t> architecture) const override {
    const NlpCell cell = decode_nlp(architecture);
    switch (index) {
      case 0:
        return static_cast<double>(parameters(cell));
      case 1:
        return static_cast<double>(cell.nodes.size());
      case 2:
        return linears(cell);
      case 3:
        return static_cast<double>(cell.hidden.size());
      default:
        return depth(cell);
    }
  }

 private:
  std::string name_ = "nasbench_nlp";
  std::string summary_ =
      "NAS-Bench-NLP recurrent cells: up to 9 operations of 7 kinds, wired freely";
  Skeleton skeleton_ = nasbench_nlp_skeleton();
  std::vector<ComputedMetric> metrics_ = {
      {"num_params", "trainable parameters of the benchmark's WikiText-2 network"},
      {"operations", "operation nodes of the cell"},
      {"linears", "linear operations of the cell"},
      {"hidden_states", "hidden states of the cell"},
      {"depth", "operations on the longest path from an input to a hidden state"}};
};

}  // namespace

std::shared_ptr<const Space> make_nasbench_nlp() { return std::make_shared<NasBenchNlp>(); }

}  // namespace dinas
