// The fast denoiser's weights as the fast engine wants them: packed products, and what is constant
// in the space worked out beforehand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/matrix_product.h"
#include "engine/reference_weights.h"

namespace dinas {

/// out(relu(in(features of the pair) + from(node) + to(node))); `ends` gives [from, to] of a node.
struct FastEdgeBlock {
  MatrixProduct in, ends, out;
};

struct FastLayer {
  MatrixProduct query;      // of attention
  MatrixProduct key_value;  // [keys, values]
  MatrixProduct out;
  MatrixProduct feed_in, feed_out;
  MatrixProduct edge_attention;  // variable edges only, as the next
  FastEdgeBlock edge;
};

/// What is constant in a space: every node before its variables have spoken, and the attention
/// biases of the fixed edges.
struct FastConstants {
  std::vector<float> nodes;                     // [nodes, width]
  std::vector<std::vector<float>> pair_biases;  // [layers][heads, nodes, padded_nodes]
};

/// What the first layer sees of a node is one of a few rows: one for each combination of values
/// (or masks) of the labels at the node.
struct NodeStates {
  std::vector<std::vector<std::size_t>> labels;  // [nodes] its label variables
  std::vector<std::size_t> first;  // [nodes + 1] first row of a node; empty: too many to tabulate
  [[nodiscard]] std::size_t rows() const { return first.empty() ? 0 : first.back(); }
};

struct FastWeights {
  reference::Weights source;
  NodeStates states;
  FastConstants constants;
  std::vector<FastLayer> layers;
  std::vector<float> label;       // [vocabulary + 1, width]
  std::vector<float> edge_state;  // [edges.rows(), edge_width]
  std::vector<float> value_bias;  // [total_values]
  MatrixProduct readout_label, readout_inputs;
  FastEdgeBlock readout_edge;

  [[nodiscard]] std::size_t nodes() const { return constants.nodes.size() / width(); }
  [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(source.config.width); }
  [[nodiscard]] std::size_t heads() const { return static_cast<std::size_t>(source.config.heads); }
  [[nodiscard]] std::size_t edge_width() const {
    return static_cast<std::size_t>(source.config.edge_width);
  }
  [[nodiscard]] std::size_t pairs() const { return source.edges.pairs().size(); }
};

/// Throws Error if the weights do not match the configuration, UsageError for a precision that the
/// processor lacks.
FastWeights fast_weights_of(const Model& model, const Space& space, Precision precision);

FastConstants fold_constants(const reference::Weights& source);

/// Multiply-adds of one graph's forward without any saving: products and attention.
std::uint64_t nominal_multiply_adds(const FastWeights& weights);

}  // namespace dinas
