#include "space/nasbench201.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "graph/dag.h"

namespace dinas {
namespace {

constexpr std::array<std::string_view, 5> kOperationNames = {"none", "skip_connect", "nor_conv_1x1",
                                                             "nor_conv_3x3", "avg_pool_3x3"};

struct ImageSet {
  std::string_view name;
  double classes;
  double spatial;  // MACs of one convolution relative to 32x32 images
};
constexpr std::array<ImageSet, 3> kImageSets = {
    {{"cifar10", 10, 1.0}, {"cifar100", 100, 1.0}, {"imagenet16_120", 120, 0.25}}};

Skeleton nasbench201_skeleton() {
  Skeleton s;
  s.nodes = 8;
  s.vocabulary = {"input", "output"};
  for (const auto name : kOperationNames) s.vocabulary.emplace_back(name);
  s.fixed_label.assign(8, -1);
  s.fixed_label.front() = 0;
  s.fixed_label.back() = 1;
  s.fixed_edges = {{0, 1}, {0, 2}, {0, 4}, {1, 3}, {1, 5}, {2, 6}, {3, 6}, {4, 7}, {5, 7}, {6, 7}};
  for (int node = 1; node <= 6; ++node) {
    Variable v;
    v.node = node;
    for (std::size_t k = 0; k < kOperationNames.size(); ++k) {
      v.values.emplace_back(kOperationNames[k]);
      v.labels.push_back(static_cast<int>(k) + 2);
    }
    s.variables.push_back(v);
  }
  return s;
}

// Reads "op~index" pieces from the front of a string, keeping the position for messages.
class CellReader {
 public:
  explicit CellReader(std::string_view text) : text_(text) {}

  bool literal(std::string_view expected, std::string& why) {
    if (text_.substr(position_, expected.size()) != expected) {
      why = fmt::format("expected '{}' at character {}", expected, position_ + 1);
      return false;
    }
    position_ += expected.size();
    return true;
  }

  std::optional<std::uint8_t> operation(std::string& why) {
    const auto end = std::min(text_.find('~', position_), text_.size());
    const auto name = text_.substr(position_, end - position_);
    const auto found = std::find(kOperationNames.begin(), kOperationNames.end(), name);
    if (found == kOperationNames.end()) {
      why = fmt::format("unknown operation '{}' at character {}", shown(name), position_ + 1);
      return std::nullopt;
    }
    position_ = end;
    return static_cast<std::uint8_t>(found - kOperationNames.begin());
  }

  [[nodiscard]] bool at_end() const { return position_ == text_.size(); }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

// The cell as a graph of feature maps, without "none" edges.
Dag live_cell(std::span<const std::uint8_t> ops) {
  Dag dag{kNasBench201Maps, {}};
  for (std::size_t e = 0; e < kNasBench201Edges.size(); ++e) {
    if (ops[e] != kOpNone)
      dag.edges.emplace_back(kNasBench201Edges[e].from, kNasBench201Edges[e].to);
  }
  return dag;
}

// "none" in place of what lies on no input-output path.
Architecture effective_cell(std::span<const std::uint8_t> ops) {
  const auto live = on_path(live_cell(ops), 0, 3);
  Architecture result(ops.begin(), ops.end());
  for (std::size_t e = 0; e < kNasBench201Edges.size(); ++e) {
    const bool reachable = live[static_cast<std::size_t>(kNasBench201Edges[e].from)] &&
                           live[static_cast<std::size_t>(kNasBench201Edges[e].to)];
    if (!reachable) result[e] = kOpNone;
  }
  return result;
}

bool is_convolution(std::uint8_t op) { return op == kOpConv1x1 || op == kOpConv3x3; }

// Number of 1x1 and 3x3 convolutions; with `effective` only those on an input-output path.
std::array<int, 2> convolutions(std::span<const std::uint8_t> ops, bool effective) {
  std::array<int, 2> count{};
  for (const std::uint8_t op :
       effective ? effective_cell(ops) : Architecture(ops.begin(), ops.end())) {
    if (op == kOpConv1x1) ++count[0];
    if (op == kOpConv3x3) ++count[1];
  }
  return count;
}

// Closed forms of the benchmark's own counts (macro network: 3 stages of 5 cells, C = 16).
double params_m(const ImageSet& set, std::array<int, 2> convs) {
  return 0.072656 + 0.028 * convs[0] + 0.24304 * convs[1] + 65.0 * set.classes / 1e6;
}

double macs_m(const ImageSet& set, std::array<int, 2> convs) {
  return set.spatial * (7.7824 + 3.93216 * convs[0] + 35.38944 * convs[1]) +
         65.0 * set.classes / 1e6;
}

// The closed forms have at most eight decimals; what lies behind them is binary noise of the sums,
// which would tell equal costs apart.
double nine_decimals(double x) { return std::round(x * 1e9) / 1e9; }

// Largest number of convolutions on one input-output path; 0 without a path.
double conv_depth(std::span<const std::uint8_t> ops) {
  std::array<int, 4> depth = {0, -1, -1, -1};  // -1: not reached
  for (const std::size_t e :
       {0U, 1U, 2U, 3U, 4U, 5U}) {  // sorted by target, so one sweep is enough
    const auto from = static_cast<std::size_t>(kNasBench201Edges[e].from);
    const auto to = static_cast<std::size_t>(kNasBench201Edges[e].to);
    if (ops[e] == kOpNone || depth[from] < 0) continue;
    depth[to] = std::max(depth[to], depth[from] + (is_convolution(ops[e]) ? 1 : 0));
  }
  return std::max(depth[3], 0);
}

// Letters of the operations in a canonical form, in the alphabetical order of the official names:
// the order of terms, and with it the partition into classes, depends on it.
constexpr std::array<char, 5> kCanonicalLetters = {'#', '=', 'b', 'c', 'a'};

// Canonical form of NATS-Bench (to_unique_str of its cell structure, zero considered): what a
// feature map computes, as a nested sum of sorted terms. A "none" edge and an edge from a map that
// is a single "none" are the term '#'; a skip passes the form of its source through as one term.
// Sums of '#' are not simplified and sums passed through are not merged with their neighbours, as
// there: 6,466 classes, a little finer than equality of functions.
std::string canonical_form(std::span<const std::uint8_t> ops) {
  std::array<std::string, 4> map;
  map[0] = "0";
  std::size_t edge = 0;
  for (std::size_t to = 1; to < 4; ++to) {
    std::vector<std::string> terms;
    for (std::size_t from = 0; from < to; ++from, ++edge) {
      const std::string& source = map[from];
      if (ops[edge] == kOpNone || source == "#") {
        terms.emplace_back("#");
      } else if (ops[edge] == kOpSkip) {
        terms.push_back(source);
      } else {
        terms.push_back("(" + source + ")" + kCanonicalLetters[ops[edge]]);
      }
    }
    std::sort(terms.begin(), terms.end());
    map[to] = fmt::format("{}", fmt::join(terms, "+"));
  }
  return map[3];
}

class NasBench201 final : public Space {
 public:
  NasBench201() : skeleton_(nasbench201_skeleton()) {
    for (const bool effective : {false, true}) {
      const std::string prefix = effective ? "effective_" : "";
      const std::string which = effective ? ", unreachable operations left out"
                                          : ", unreachable operations counted as in the benchmark";
      for (const ImageSet& set : kImageSets) {
        metrics_.push_back(
            {fmt::format("{}{}_params_m", prefix, set.name), "millions of parameters" + which});
        metrics_.push_back({fmt::format("{}{}_macs_m", prefix, set.name),
                            "millions of multiply-accumulates" + which});
      }
    }
    metrics_.push_back({"conv_depth", "convolutions on the longest input-output path"});
    metrics_.push_back({"paths", "number of input-output paths"});
  }

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const std::string& summary() const override { return summary_; }
  [[nodiscard]] const Skeleton& skeleton() const override { return skeleton_; }

  [[nodiscard]] std::optional<Architecture> parse(std::string_view text,
                                                  std::string& why) const override {
    CellReader reader(text);
    Architecture ops;
    for (int to = 1; to < 4; ++to) {
      if (!reader.literal(to == 1 ? "|" : "+|", why)) return std::nullopt;
      for (int from = 0; from < to; ++from) {
        const auto op = reader.operation(why);
        if (!op || !reader.literal(fmt::format("~{}|", from), why)) return std::nullopt;
        ops.push_back(*op);
      }
    }
    if (!reader.at_end()) {
      why = "text behind the last operation";
      return std::nullopt;
    }
    return ops;
  }

  [[nodiscard]] std::string print(std::span<const std::uint8_t> ops) const override {
    std::string text;
    std::size_t edge = 0;
    for (int to = 1; to < 4; ++to) {
      text += to == 1 ? "|" : "+|";
      for (int from = 0; from < to; ++from) {
        text += fmt::format("{}~{}|", kOperationNames.at(ops[edge++]), from);
      }
    }
    return text;
  }

  [[nodiscard]] bool is_degenerate(std::span<const std::uint8_t> ops) const override {
    return !reachable_from(live_cell(ops), 0)[3];
  }

  [[nodiscard]] std::uint64_t canonical_class(std::span<const std::uint8_t> ops) const override {
    return hash_bytes(canonical_form(ops));
  }

  [[nodiscard]] bool has_effective_forms() const override { return true; }
  [[nodiscard]] Architecture effective(std::span<const std::uint8_t> ops) const override {
    return effective_cell(ops);
  }

  [[nodiscard]] NamedGraph graph(std::span<const std::uint8_t> ops) const override {
    NamedGraph result{{"input"}, skeleton_.fixed_edges};
    for (const std::uint8_t op : ops) result.labels.emplace_back(kOperationNames.at(op));
    result.labels.emplace_back("output");
    return result;
  }

  [[nodiscard]] const std::vector<ComputedMetric>& computed_metrics() const override {
    return metrics_;
  }

  [[nodiscard]] double compute(std::size_t index,
                               std::span<const std::uint8_t> ops) const override {
    constexpr std::size_t per_kind = 2 * kImageSets.size();
    if (index < 2 * per_kind) {
      const auto convs = convolutions(ops, index >= per_kind);
      const ImageSet& set = kImageSets[(index % per_kind) / 2];
      return nine_decimals(index % 2 == 0 ? params_m(set, convs) : macs_m(set, convs));
    }
    if (index == 2 * per_kind) return conv_depth(ops);
    return static_cast<double>(count_paths(live_cell(ops), 0, 3));
  }

  [[nodiscard]] std::optional<std::uint64_t> enumerable() const override { return 15625; }

 private:
  std::string name_ = "nasbench201";
  std::string summary_ = "NAS-Bench-201 cells: 6 operations of 5 kinds on a fixed wiring";
  Skeleton skeleton_;
  std::vector<ComputedMetric> metrics_;
};

}  // namespace

std::shared_ptr<const Space> make_nasbench201() { return std::make_shared<NasBench201>(); }

}  // namespace dinas
