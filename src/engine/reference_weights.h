// The weights of the fast denoiser in double precision, and the small functions its forward is made
// of.
#pragma once

#include <cstddef>
#include <vector>

#include "condition/condition.h"
#include "model/edge_layout.h"
#include "model/model.h"
#include "model/parameters.h"
#include "space/space.h"

namespace dinas::reference {

using Vector = std::vector<double>;

struct Linear {
  std::size_t in = 0;
  std::size_t out = 0;
  Vector weight;  // [in, out]
  Vector bias;    // [out]; empty: none

  void apply(const double* x, double* y) const;
  [[nodiscard]] Vector operator()(const Vector& x) const;
};

/// out(relu(in(features of the pair) + from(node) + to(node)))
struct EdgeBlock {
  Linear in, from, to, out;
};

struct LayerWeights {
  Linear modulation, qkv, out, in, down;
  Vector pair_bias;       // [heads, kPairKinds]
  Linear edge_attention;  // variable edges only, as the next
  EdgeBlock edge;
};

struct Weights {
  DenoiserConfig config;
  Skeleton skeleton;
  EdgeLayout edges;
  std::vector<PairKind> pairs;
  std::vector<int> offsets;
  Vector label;       // [vocabulary + 1, width]
  Vector position;    // [nodes, width]
  Vector edge_state;  // [edges.rows(), edge_width]
  Linear condition_in, condition_mix, readout_modulation;
  std::vector<LayerWeights> layers;
  Linear readout_label;   // [width, vocabulary], no bias
  Linear readout_inputs;  // [width, edges.input_values()], no bias
  EdgeBlock readout_edge;
  Vector value_bias;  // [total_values]
};

/// Throws Error if the weights do not match the configuration.
Weights weights_of(const Model& model, const Space& space);

/// What a condition does to every layer and to the readout.
struct Modulations {
  std::vector<Vector>
      layers;      // [layers][6 width]: shift, scale, gate of attention, of feed-forward
  Vector readout;  // [2 width]: shift, scale
};
/// `time` in [0, 1]; ignored by networks without time input.
Modulations modulate(const Weights& w, const Condition& condition, double time);

/// out = norm(x) * (1 + scale) + shift, for one token; plain normalisation where shift is null.
void modulated_norm(const double* x, std::size_t width, const double* shift, const double* scale,
                    double* out);

}  // namespace dinas::reference
