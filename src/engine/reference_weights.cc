#include "engine/reference_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "base/multiversion.h"
#include "model/features.h"
#include "model/model_check.h"

namespace dinas::reference {
namespace {

// y [out] += x [in] times weight [in, out]: where nearly all time goes.
DINAS_MULTIVERSION void add_product(const double* x, const double* weight, std::size_t in,
                                    std::size_t out, double* __restrict y) {
  for (std::size_t i = 0; i < in; ++i) {
    const double* row = weight + i * out;
    for (std::size_t o = 0; o < out; ++o) y[o] += x[i] * row[o];
  }
}

Vector vector_of(const Model& model, const std::string& name) {
  const auto& data = model.weights.at(name).data;
  return {data.begin(), data.end()};
}

Linear linear_of(const Model& model, const std::string& name) {
  Linear result;
  const std::string weight = name + ".weight";
  result.weight = vector_of(model, weight);
  const auto& shape = model.weights.at(weight).shape;
  result.in = static_cast<std::size_t>(shape[0]);
  result.out = static_cast<std::size_t>(shape[1]);
  if (model.weights.contains(name + ".bias")) result.bias = vector_of(model, name + ".bias");
  return result;
}

EdgeBlock edge_block_of(const Model& model, const std::string& prefix) {
  return {linear_of(model, prefix + "in"), linear_of(model, prefix + "from"),
          linear_of(model, prefix + "to"), linear_of(model, prefix + "out")};
}

LayerWeights layer_of(const Model& model, int number, bool edges) {
  const std::string p = fmt::format("layer.{}.", number);
  LayerWeights layer{linear_of(model, p + "modulation"),
                     linear_of(model, p + "attention.qkv"),
                     linear_of(model, p + "attention.out"),
                     linear_of(model, p + "feed_forward.in"),
                     linear_of(model, p + "feed_forward.out"),
                     vector_of(model, p + "attention.pair_bias"),
                     {},
                     {}};
  if (edges) {
    layer.edge_attention = linear_of(model, p + "edge.attention");
    layer.edge = edge_block_of(model, p + "edge.");
  }
  return layer;
}

Vector silu(Vector x) {
  for (double& v : x) v /= 1.0 + std::exp(-v);
  return x;
}

}  // namespace

void Linear::apply(const double* x, double* y) const {
  if (bias.empty()) {
    std::fill_n(y, out, 0.0);
  } else {
    std::copy(bias.begin(), bias.end(), y);
  }
  add_product(x, weight.data(), in, out, y);
}

Vector Linear::operator()(const Vector& x) const {
  Vector y(out);
  apply(x.data(), y.data());
  return y;
}

Weights weights_of(const Model& model, const Space& space) {
  check_weights(model, space);
  Weights w{.config = model.config.denoiser,
            .skeleton = space.skeleton(),
            .edges = EdgeLayout(space.skeleton()),
            .pairs = pair_kinds(space.skeleton()),
            .offsets = space.skeleton().offsets(),
            .label = vector_of(model, "embed.label"),
            .position = vector_of(model, "embed.position"),
            .edge_state = {},
            .condition_in = linear_of(model, "condition.in"),
            .condition_mix = linear_of(model, "condition.mix"),
            .readout_modulation = linear_of(model, "readout.modulation"),
            .layers = {},
            .readout_label = linear_of(model, "readout.label"),
            .readout_inputs = {},
            .readout_edge = {},
            .value_bias = vector_of(model, "readout.value.bias")};
  for (int l = 0; l < w.config.layers; ++l) {
    w.layers.push_back(layer_of(model, l, !w.edges.empty()));
  }
  if (!w.edges.empty()) {
    w.edge_state = vector_of(model, "embed.edge");
    w.readout_edge = edge_block_of(model, "readout.edge.");
  }
  if (w.edges.input_values() > 0) w.readout_inputs = linear_of(model, "readout.inputs");
  return w;
}

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

void modulated_norm(const double* x, std::size_t width, const double* shift, const double* scale,
                    double* out) {
  double mean = 0.0;
  for (std::size_t c = 0; c < width; ++c) mean += x[c];
  mean /= static_cast<double>(width);
  double variance = 0.0;
  for (std::size_t c = 0; c < width; ++c) variance += (x[c] - mean) * (x[c] - mean);
  const double inverse = 1.0 / std::sqrt(variance / static_cast<double>(width) + 1e-5);
  for (std::size_t c = 0; c < width; ++c) {
    out[c] = (x[c] - mean) * inverse;
    if (shift != nullptr) out[c] = out[c] * (1.0 + scale[c]) + shift[c];
  }
}

}  // namespace dinas::reference
