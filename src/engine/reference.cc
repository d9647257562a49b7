#include "engine/reference.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "diffusion/transition.h"
#include "engine/reference_weights.h"

namespace dinas {
namespace reference {
namespace {

class ReferenceWorker final : public DenoiserWorker {
 public:
  explicit ReferenceWorker(const Weights& w)
      : w_(w),
        nodes_(static_cast<std::size_t>(w.skeleton.nodes)),
        width_(static_cast<std::size_t>(w.config.width)),
        edge_width_(static_cast<std::size_t>(w.config.edge_width)) {}

  void predict(const NoisyBatch& batch, std::span<double> logits) override {
    std::vector<Modulations> modulations;
    for (const Condition& c : batch.conditions) modulations.push_back(modulate(w_, c, batch.time));
    const std::size_t variables = w_.skeleton.variables.size();
    const auto total = static_cast<std::size_t>(w_.offsets.back());
    for (std::size_t g = 0; g < batch.graphs; ++g) {
      forward(batch.states.subspan(g * variables, variables), modulations[batch.condition[g]],
              logits.subspan(g * total, total));
    }
  }

 private:
  void forward(std::span<const std::uint8_t> state, const Modulations& m,
               std::span<double> logits) {
    embed_nodes(state);
    embed_edges(state);
    for (std::size_t l = 0; l < w_.layers.size(); ++l) {
      set_attention_bias(w_.layers[l]);
      attention_block(w_.layers[l], m.layers[l]);
      feed_forward_block(w_.layers[l], m.layers[l]);
      update_edges(w_.layers[l]);
    }
    read_out(m.readout, logits);
  }

  // A node is the sum of its labels, constant and variable, and of its position.
  void embed_nodes(std::span<const std::uint8_t> state) {
    x_ = w_.position;
    const auto add_label = [&](std::size_t node, std::size_t row) {
      for (std::size_t c = 0; c < width_; ++c) {
        x_[node * width_ + c] += w_.label[row * width_ + c];
      }
    };
    for (std::size_t i = 0; i < nodes_; ++i) {
      if (const int label = w_.skeleton.fixed_label[i]; label >= 0) {
        add_label(i, static_cast<std::size_t>(label));
      }
    }
    for (std::size_t v = 0; v < state.size(); ++v) {
      const Variable& variable = w_.skeleton.variables[v];
      if (variable.kind != VariableKind::kLabel) continue;
      const bool masked = state[v] == variable.size();
      add_label(static_cast<std::size_t>(variable.node),
                masked ? w_.skeleton.vocabulary.size()
                       : static_cast<std::size_t>(variable.labels[state[v]]));
    }
  }

  // A pair is the sum of what the variables that meet on it say of it.
  void embed_edges(std::span<const std::uint8_t> state) {
    e_.assign(w_.edges.pairs().size() * edge_width_, 0.0);
    for (std::size_t v = 0; v < state.size(); ++v) {
      const auto touched = w_.edges.touched(v);
      for (std::size_t i = 0; i < touched.size(); ++i) {
        const auto pair = static_cast<std::size_t>(touched[i]);
        const auto row = static_cast<std::size_t>(w_.edges.row(v, w_.edges.state(v, i, state[v])));
        for (std::size_t c = 0; c < edge_width_; ++c) {
          e_[pair * edge_width_ + c] += w_.edge_state[row * edge_width_ + c];
        }
      }
    }
  }

  // [heads, nodes, nodes] seen from the attending node: a constant for the kind of the pair, and
  // for a variable edge what its features say to its target and to its source.
  void set_attention_bias(const LayerWeights& layer) {
    const auto heads = static_cast<std::size_t>(w_.config.heads);
    bias_.resize(heads * nodes_ * nodes_);
    for (std::size_t h = 0; h < heads; ++h) {
      for (std::size_t ij = 0; ij < nodes_ * nodes_; ++ij) {
        bias_[h * nodes_ * nodes_ + ij] =
            layer.pair_bias[h * kPairKinds + static_cast<std::size_t>(w_.pairs[ij])];
      }
    }
    Vector own(2 * heads);
    for (std::size_t p = 0; p < w_.edges.pairs().size(); ++p) {
      layer.edge_attention.apply(&e_[p * edge_width_], own.data());
      const auto [from, to] = places(p);
      for (std::size_t h = 0; h < heads; ++h) {
        bias_[(h * nodes_ + to) * nodes_ + from] += own[h];
        bias_[(h * nodes_ + from) * nodes_ + to] += own[heads + h];
      }
    }
  }

  [[nodiscard]] std::pair<std::size_t, std::size_t> places(std::size_t pair) const {
    const auto [from, to] = w_.edges.pairs()[pair];
    return {static_cast<std::size_t>(from), static_cast<std::size_t>(to)};
  }

  // What an edge block makes of every pair; `nodes` [nodes, width] are normalised. [pairs]
  std::vector<Vector> edge_values(const EdgeBlock& block, const Vector& nodes) const {
    std::vector<Vector> from;
    std::vector<Vector> to;
    for (std::size_t i = 0; i < nodes_; ++i) {
      from.emplace_back(edge_width_);
      to.emplace_back(edge_width_);
      block.from.apply(&nodes[i * width_], from.back().data());
      block.to.apply(&nodes[i * width_], to.back().data());
    }
    std::vector<Vector> result;
    Vector normal(edge_width_);
    for (std::size_t p = 0; p < w_.edges.pairs().size(); ++p) {
      modulated_norm(&e_[p * edge_width_], edge_width_, nullptr, nullptr, normal.data());
      Vector hidden = block.in(normal);
      const auto [i, j] = places(p);
      for (std::size_t c = 0; c < edge_width_; ++c) {
        hidden[c] = std::max(hidden[c] + from[i][c] + to[j][c], 0.0);
      }
      result.push_back(block.out(hidden));
    }
    return result;
  }

  // Every pair learns from its nodes.
  void update_edges(const LayerWeights& layer) {
    if (w_.edges.empty()) return;
    const auto change = edge_values(layer.edge, normalised_nodes(nullptr, nullptr));
    for (std::size_t p = 0; p < change.size(); ++p) {
      for (std::size_t c = 0; c < edge_width_; ++c) e_[p * edge_width_ + c] += change[p][c];
    }
  }

  [[nodiscard]] Vector normalised_nodes(const double* shift, const double* scale) const {
    Vector result(x_.size());
    for (std::size_t i = 0; i < nodes_; ++i) {
      modulated_norm(&x_[i * width_], width_, shift, scale, &result[i * width_]);
    }
    return result;
  }

  void attention_block(const LayerWeights& layer, const Vector& modulation) {
    Vector normal(width_);
    qkv_.resize(nodes_ * 3 * width_);
    for (std::size_t i = 0; i < nodes_; ++i) {
      modulated_norm(&x_[i * width_], width_, &modulation[0], &modulation[width_], normal.data());
      layer.qkv.apply(normal.data(), &qkv_[i * 3 * width_]);
    }
    Vector mixed(width_);
    for (std::size_t i = 0; i < nodes_; ++i) {
      for (std::size_t h = 0; h < static_cast<std::size_t>(w_.config.heads); ++h)
        attend(i, h, mixed);
      add_gated(layer.out(mixed), &modulation[2 * width_], i);
    }
  }

  // Attention of node i in head h, written to the head's part of `mixed`.
  void attend(std::size_t i, std::size_t h, Vector& mixed) const {
    const std::size_t head_width = width_ / static_cast<std::size_t>(w_.config.heads);
    const std::size_t at = h * head_width;
    Vector scores(nodes_);
    for (std::size_t j = 0; j < nodes_; ++j) {
      const double* q = &qkv_[i * 3 * width_ + at];
      const double* k = &qkv_[j * 3 * width_ + width_ + at];
      double dot = 0.0;
      for (std::size_t c = 0; c < head_width; ++c) dot += q[c] * k[c];
      scores[j] =
          dot / std::sqrt(static_cast<double>(head_width)) + bias_[(h * nodes_ + i) * nodes_ + j];
    }
    const Vector share = softmax(scores);
    std::fill_n(mixed.begin() + static_cast<std::ptrdiff_t>(at), head_width, 0.0);
    for (std::size_t j = 0; j < nodes_; ++j) {
      const double* v = &qkv_[j * 3 * width_ + 2 * width_ + at];
      for (std::size_t c = 0; c < head_width; ++c) mixed[at + c] += share[j] * v[c];
    }
  }

  void feed_forward_block(const LayerWeights& layer, const Vector& modulation) {
    Vector normal(width_);
    for (std::size_t i = 0; i < nodes_; ++i) {
      modulated_norm(&x_[i * width_], width_, &modulation[3 * width_], &modulation[4 * width_],
                     normal.data());
      Vector hidden = layer.in(normal);
      for (double& v : hidden) v = std::max(v, 0.0);
      add_gated(layer.down(hidden), &modulation[5 * width_], i);
    }
  }

  void add_gated(const Vector& branch, const double* gate, std::size_t node) {
    for (std::size_t c = 0; c < width_; ++c) x_[node * width_ + c] += (1.0 + gate[c]) * branch[c];
  }

  void read_out(const Vector& modulation, std::span<double> logits) const {
    const Vector nodes = normalised_nodes(&modulation[0], &modulation[width_]);
    std::vector<Vector> scores;
    if (!w_.edges.empty()) scores = edge_values(w_.readout_edge, nodes);
    std::copy(w_.value_bias.begin(), w_.value_bias.end(), logits.begin());
    for (std::size_t v = 0; v < w_.skeleton.variables.size(); ++v) {
      const auto offset = static_cast<std::size_t>(w_.offsets[v]);
      const auto own =
          logits.subspan(offset, static_cast<std::size_t>(w_.skeleton.variables[v].size()));
      add_node_scores(v, &nodes[static_cast<std::size_t>(w_.skeleton.variables[v].node) * width_],
                      own);
      add_pair_scores(v, scores, own);
    }
  }

  // Labels and sets of inputs are scored by their node.
  void add_node_scores(std::size_t v, const double* node, std::span<double> logits) const {
    const Variable& variable = w_.skeleton.variables[v];
    if (variable.kind == VariableKind::kEdge) return;
    const bool label = variable.kind == VariableKind::kLabel;
    const Linear& readout = label ? w_.readout_label : w_.readout_inputs;
    Vector all(readout.out);
    readout.apply(node, all.data());
    for (std::size_t k = 0; k < logits.size(); ++k) {
      logits[k] += label ? all[static_cast<std::size_t>(variable.labels[k])]
                         : all[static_cast<std::size_t>(w_.edges.first_value(v)) + k];
    }
  }

  // Edges and sets of inputs are scored by the states that they give to pairs.
  void add_pair_scores(std::size_t v, const std::vector<Vector>& scores,
                       std::span<double> logits) const {
    const auto touched = w_.edges.touched(v);
    for (std::size_t i = 0; i < touched.size(); ++i) {
      const Vector& own = scores[static_cast<std::size_t>(touched[i])];
      for (std::size_t k = 0; k < logits.size(); ++k) {
        const int state = w_.edges.state(v, i, static_cast<int>(k));
        logits[k] += own[static_cast<std::size_t>(w_.edges.column(v, state))];
      }
    }
  }

  const Weights& w_;
  std::size_t nodes_;
  std::size_t width_;
  std::size_t edge_width_;
  Vector x_;     // [nodes, width]
  Vector e_;     // [pairs, edge_width]
  Vector qkv_;   // [nodes, 3 width]
  Vector bias_;  // [heads, nodes, nodes]
};

class ReferenceDenoiser final : public Denoiser {
 public:
  ReferenceDenoiser(const Model& model, const Space& space) : weights_(weights_of(model, space)) {}
  [[nodiscard]] std::unique_ptr<DenoiserWorker> make_worker() const override {
    return std::make_unique<ReferenceWorker>(weights_);
  }
  [[nodiscard]] bool reads_time() const override { return weights_.config.time_input; }

 private:
  Weights weights_;
};

}  // namespace
}  // namespace reference

std::unique_ptr<Denoiser> make_reference_denoiser(const Model& model, const Space& space) {
  DINAS_CHECK(model.config.profile == Profile::kFast);
  return std::make_unique<reference::ReferenceDenoiser>(model, space);
}

}  // namespace dinas
