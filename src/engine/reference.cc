#include "engine/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "diffusion/transition.h"
#include "model/features.h"
#include "model/model_check.h"
#include "model/parameters.h"

namespace dinas {
namespace {

using Vector = std::vector<double>;

struct Linear {
  std::size_t in = 0;
  std::size_t out = 0;
  Vector weight;  // [in, out]
  Vector bias;    // [out]

  void apply(const double* x, double* y) const {
    std::copy(bias.begin(), bias.end(), y);
    for (std::size_t i = 0; i < in; ++i) {
      const double* row = weight.data() + i * out;
      for (std::size_t o = 0; o < out; ++o) y[o] += x[i] * row[o];
    }
  }
  [[nodiscard]] Vector operator()(const Vector& x) const {
    Vector y(out);
    apply(x.data(), y.data());
    return y;
  }
};

struct LayerWeights {
  Linear modulation, qkv, out, in, down;
  Vector pair_bias;  // [heads, kPairKinds]
};

struct Weights {
  DenoiserConfig config;
  Skeleton skeleton;
  std::vector<PairKind> pairs;
  std::vector<int> offsets;
  Vector label;     // [vocabulary + 1, width]
  Vector position;  // [nodes, width]
  Linear condition_in, condition_mix, readout_modulation;
  std::vector<LayerWeights> layers;
  Vector readout;     // [width, vocabulary]
  Vector value_bias;  // [total_values]
};

Vector vector_of(const Model& model, const std::string& name) {
  const auto& data = model.weights.at(name).data;
  return {data.begin(), data.end()};
}

Linear linear_of(const Model& model, const std::string& name) {
  Linear result;
  result.weight = vector_of(model, name + ".weight");
  result.bias = vector_of(model, name + ".bias");
  result.out = result.bias.size();
  result.in = result.weight.size() / result.out;
  return result;
}

Weights weights_of(const Model& model, const Space& space) {
  check_weights(model, space);
  Weights w;
  w.config = model.config.denoiser;
  w.skeleton = space.skeleton();
  w.pairs = pair_kinds(w.skeleton);
  w.offsets = w.skeleton.offsets();
  w.label = vector_of(model, "embed.label");
  w.position = vector_of(model, "embed.position");
  w.condition_in = linear_of(model, "condition.in");
  w.condition_mix = linear_of(model, "condition.mix");
  w.readout_modulation = linear_of(model, "readout.modulation");
  for (int l = 0; l < w.config.layers; ++l) {
    const std::string p = fmt::format("layer.{}.", l);
    w.layers.push_back(
        {linear_of(model, p + "modulation"), linear_of(model, p + "attention.qkv"),
         linear_of(model, p + "attention.out"), linear_of(model, p + "feed_forward.in"),
         linear_of(model, p + "feed_forward.out"), vector_of(model, p + "attention.pair_bias")});
  }
  w.readout = vector_of(model, "readout.label.weight");
  w.value_bias = vector_of(model, "readout.value.bias");
  return w;
}

Vector silu(Vector x) {
  for (double& v : x) v /= 1.0 + std::exp(-v);
  return x;
}

// Modulations of every layer and of the readout, for one condition.
struct Modulations {
  std::vector<Vector>
      layers;      // [layers][6 width]: shift, scale, gate of attention, of feed-forward
  Vector readout;  // [2 width]: shift, scale
};

Modulations modulate(const Weights& w, const Condition& condition, double time) {
  std::vector<float> features(feature_count(w.config, condition.size()));
  DINAS_CHECK(features.size() == w.condition_in.in);
  write_features(w.config, condition, time, features);
  const Vector code =
      silu(w.condition_mix(silu(w.condition_in(Vector(features.begin(), features.end())))));
  Modulations result;
  for (const LayerWeights& layer : w.layers) result.layers.push_back(layer.modulation(code));
  result.readout = w.readout_modulation(code);
  return result;
}

// out = norm(x) * (1 + scale) + shift, for one token.
void modulated_norm(const double* x, std::size_t width, const double* shift, const double* scale,
                    double* out) {
  double mean = 0.0;
  for (std::size_t c = 0; c < width; ++c) mean += x[c];
  mean /= static_cast<double>(width);
  double variance = 0.0;
  for (std::size_t c = 0; c < width; ++c) variance += (x[c] - mean) * (x[c] - mean);
  const double inverse = 1.0 / std::sqrt(variance / static_cast<double>(width) + 1e-5);
  for (std::size_t c = 0; c < width; ++c)
    out[c] = (x[c] - mean) * inverse * (1.0 + scale[c]) + shift[c];
}

class ReferenceWorker final : public DenoiserWorker {
 public:
  explicit ReferenceWorker(const Weights& w)
      : w_(w),
        nodes_(static_cast<std::size_t>(w.skeleton.nodes)),
        width_(static_cast<std::size_t>(w.config.width)) {}

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
    embed(state);
    for (std::size_t l = 0; l < w_.layers.size(); ++l) {
      attention_block(w_.layers[l], m.layers[l]);
      feed_forward_block(w_.layers[l], m.layers[l]);
    }
    read_out(m.readout, logits);
  }

  void embed(std::span<const std::uint8_t> state) {
    std::vector<int> row(w_.skeleton.fixed_label);
    for (std::size_t v = 0; v < state.size(); ++v) {
      const Variable& variable = w_.skeleton.variables[v];
      row[static_cast<std::size_t>(variable.node)] =
          state[v] == variable.size() ? static_cast<int>(w_.skeleton.vocabulary.size())
                                      : variable.labels[state[v]];
    }
    x_.resize(nodes_ * width_);
    for (std::size_t i = 0; i < nodes_; ++i) {
      const double* label = w_.label.data() + static_cast<std::size_t>(row[i]) * width_;
      for (std::size_t c = 0; c < width_; ++c)
        x_[i * width_ + c] = label[c] + w_.position[i * width_ + c];
    }
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
        attend(layer, i, h, mixed);
      add_gated(layer.out(mixed), &modulation[2 * width_], i);
    }
  }

  // Attention of node i in head h, written to the head's part of `mixed`.
  void attend(const LayerWeights& layer, std::size_t i, std::size_t h, Vector& mixed) const {
    const std::size_t head_width = width_ / static_cast<std::size_t>(w_.config.heads);
    const std::size_t at = h * head_width;
    Vector scores(nodes_);
    for (std::size_t j = 0; j < nodes_; ++j) {
      const double* q = &qkv_[i * 3 * width_ + at];
      const double* k = &qkv_[j * 3 * width_ + width_ + at];
      double dot = 0.0;
      for (std::size_t c = 0; c < head_width; ++c) dot += q[c] * k[c];
      scores[j] =
          dot / std::sqrt(static_cast<double>(head_width)) +
          layer.pair_bias[h * kPairKinds + static_cast<std::size_t>(w_.pairs[i * nodes_ + j])];
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
    const std::size_t vocabulary = w_.skeleton.vocabulary.size();
    Vector normal(width_);
    for (std::size_t v = 0; v < w_.skeleton.variables.size(); ++v) {
      const Variable& variable = w_.skeleton.variables[v];
      modulated_norm(&x_[static_cast<std::size_t>(variable.node) * width_], width_, &modulation[0],
                     &modulation[width_], normal.data());
      for (std::size_t k = 0; k < variable.labels.size(); ++k) {
        const std::size_t at = static_cast<std::size_t>(w_.offsets[v]) + k;
        double sum = w_.value_bias[at];
        for (std::size_t c = 0; c < width_; ++c) {
          sum +=
              normal[c] * w_.readout[c * vocabulary + static_cast<std::size_t>(variable.labels[k])];
        }
        logits[at] = sum;
      }
    }
  }

  const Weights& w_;
  std::size_t nodes_;
  std::size_t width_;
  Vector x_;    // [nodes, width]
  Vector qkv_;  // [nodes, 3 width]
};

class ReferenceDenoiser final : public Denoiser {
 public:
  ReferenceDenoiser(const Model& model, const Space& space) : weights_(weights_of(model, space)) {}
  [[nodiscard]] std::unique_ptr<DenoiserWorker> make_worker() const override {
    return std::make_unique<ReferenceWorker>(weights_);
  }

 private:
  Weights weights_;
};

}  // namespace

std::unique_ptr<Denoiser> make_reference_denoiser(const Model& model, const Space& space) {
  DINAS_CHECK(model.config.profile == Profile::kFast);
  return std::make_unique<ReferenceDenoiser>(model, space);
}

}  // namespace dinas
