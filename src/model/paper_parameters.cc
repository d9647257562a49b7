#include "model/paper_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::int64_t kEdgeClasses = 2;
constexpr std::int64_t kMetricClasses = 2;
constexpr std::int64_t kPoolings = 4;              // mean, min, max, standard deviation
constexpr std::int64_t kGlobalFeedForward = 2048;  // the official layers keep their default

class Builder {
 public:
  void linear(const std::string& name, std::int64_t in, std::int64_t out) {
    infos_.push_back({name + ".weight", {out, in}, Initialisation::kLinear});
    infos_.push_back({name + ".bias", {out}, Initialisation::kLinear});
  }
  void two_maps(const std::string& name, std::int64_t in, std::int64_t inner, std::int64_t out) {
    linear(name + ".0", in, inner);
    linear(name + ".2", inner, out);
  }
  void norm(const std::string& name, std::int64_t width) {
    infos_.push_back({name + ".weight", {width}, Initialisation::kOne});
    infos_.push_back({name + ".bias", {width}, Initialisation::kZero});
  }
  std::vector<ParameterInfo> take() { return std::move(infos_); }

 private:
  std::vector<ParameterInfo> infos_;
};

// The paper's graphs have one label a node, and any label may come out anywhere.
void check_space(const Skeleton& skeleton) {
  std::set<int> labelled;
  for (const Variable& v : skeleton.variables) {
    if (v.kind != VariableKind::kLabel || !labelled.insert(v.node).second) {
      throw UsageError(
          "the paper profile needs a space whose only variables are one label a node; this space "
          "also has variable edges or inputs, or several labels on a node (use the fast profile)");
    }
  }
  if (skeleton.rules) {
    throw UsageError(
        "the paper profile needs a space in which every combination of labels is valid; this one "
        "has rules (use the fast profile)");
  }
}

void check(const PaperConfig& c, const Skeleton& skeleton, std::size_t metrics) {
  check_space(skeleton);
  const int smallest = std::min({c.layers, c.node_hidden, c.edge_hidden, c.global_hidden, c.heads,
                                 c.node_feed_forward, c.edge_feed_forward, c.global_feed_forward});
  if (smallest < 1 || c.node_hidden % 2 != 0 || (2 * c.node_hidden) % c.heads != 0) {
    throw UsageError(fmt::format(
        "the paper profile needs positive sizes, an even node_hidden and heads that divide twice "
        "node_hidden; found node_hidden {}, heads {}, smallest size {}",
        c.node_hidden, c.heads, smallest));
  }
  if (metrics < 1 || metrics > static_cast<std::size_t>(std::min(c.node_hidden, c.edge_hidden))) {
    throw UsageError(
        fmt::format("the paper profile embeds 1 to {} metrics, found {}", c.edge_hidden, metrics));
  }
}

// Width of the embedding of condition `metric` when `metrics` of them fill `total`.
std::int64_t share(std::int64_t total, std::size_t metrics, std::size_t metric) {
  const auto count = static_cast<std::int64_t>(metrics);
  return total / count + (metric == 0 ? total % count : 0);
}

void add_inputs(Builder& b, const PaperConfig& c, std::int64_t labels, std::size_t metrics) {
  const auto globals = kMetricClasses * static_cast<std::int64_t>(metrics) + (c.time_input ? 1 : 0);
  b.two_maps("mlp_in_X", labels, c.node_feed_forward, c.node_hidden);
  b.two_maps("mlp_in_E", kEdgeClasses, c.edge_feed_forward, c.edge_hidden);
  b.two_maps("mlp_in_y", globals, c.global_feed_forward, c.global_hidden);
  for (std::size_t m = 0; m < metrics; ++m) {
    b.two_maps(paper_class_map('X', m), kMetricClasses, c.node_hidden,
               share(c.node_hidden, metrics, m));
    b.two_maps(paper_class_map('E', m), kMetricClasses, c.edge_hidden,
               share(c.edge_hidden, metrics, m));
  }
}

void add_global_update(Builder& b, const std::string& layer, const PaperConfig& c) {
  const std::int64_t dy = c.global_hidden;
  b.linear(layer + "self_attn.y_y", dy, dy);
  b.linear(layer + "self_attn.x_y.lin", kPoolings * 2 * c.node_hidden, dy);
  b.linear(layer + "self_attn.e_y.lin", kPoolings * 2 * c.edge_hidden, dy);
  b.two_maps(layer + "self_attn.y_out", dy, dy, dy);
  b.linear(layer + "lin_y1", dy, kGlobalFeedForward);
  b.linear(layer + "lin_y2", kGlobalFeedForward, dy);
  b.norm(layer + "norm_y1", dy);
  b.norm(layer + "norm_y2", dy);
}

void add_layer(Builder& b, const std::string& layer, const PaperConfig& c) {
  const std::int64_t dx = 2 * c.node_hidden;
  const std::int64_t de = 2 * c.edge_hidden;
  for (const auto* name : {"q", "k", "v", "x_out"}) b.linear(layer + "self_attn." + name, dx, dx);
  for (const auto* name : {"e_add", "e_mul"}) b.linear(layer + "self_attn." + name, de, dx);
  for (const auto* name : {"y_e_add", "y_e_mul", "y_x_add", "y_x_mul"}) {
    b.linear(layer + "self_attn." + name, c.global_hidden, dx);
  }
  b.linear(layer + "self_attn.e_out", dx, de);
  b.linear(layer + "linX1", dx, c.node_feed_forward);
  b.linear(layer + "linX2", c.node_feed_forward, dx);
  b.norm(layer + "normX1", dx);
  b.norm(layer + "normX2", dx);
  b.linear(layer + "linE1", de, c.edge_feed_forward);
  b.linear(layer + "linE2", c.edge_feed_forward, de);
  b.norm(layer + "normE1", de);
  b.norm(layer + "normE2", de);
}

}  // namespace

std::string paper_class_map(char target, std::size_t metric) {
  const std::string name = fmt::format("linear_map_class_{}", target);
  if (metric == 0) return name;
  return metric == 1 ? name + "_lat" : fmt::format("{}_{}", name, metric + 1);
}

std::vector<ParameterInfo> paper_parameters(const PaperConfig& config, const Skeleton& skeleton,
                                            std::size_t metrics) {
  check(config, skeleton, metrics);
  const auto labels = static_cast<std::int64_t>(skeleton.vocabulary.size());
  Builder builder;
  add_inputs(builder, config, labels, metrics);
  for (int l = 0; l < config.layers; ++l) {
    const std::string layer = fmt::format("tf_layers.{}.", l);
    add_layer(builder, layer, config);
    if (config.propagate_global && l + 1 < config.layers) {
      add_global_update(builder, layer, config);
    }
  }
  builder.two_maps("mlp_out_X", 2 * config.node_hidden, config.node_feed_forward, labels);
  builder.two_maps("mlp_out_E", 2 * config.edge_hidden, config.edge_feed_forward, kEdgeClasses);
  return builder.take();
}

}  // namespace dinas
