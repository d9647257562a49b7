// One thread's forward passes of the fast engine, a block of graphs at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/condition_codes.h"
#include "engine/denoiser.h"
#include "engine/fast.h"
#include "engine/fast_rows.h"
#include "engine/fast_weights.h"

namespace dinas {

class FastWorker {
 public:
  FastWorker(const FastWeights& weights, const EngineSavings& savings);

  /// See DenoiserWorker::predict.
  void predict(const NoisyBatch& batch, std::span<double> logits);
  /// Executed so far, padding left out.
  [[nodiscard]] std::uint64_t multiply_adds() const { return multiply_adds_; }

 private:
  struct EdgeRunners {
    MatrixRunner in, ends, out;
  };
  struct LayerRunners {
    MatrixRunner query, key_value, out, feed_in, feed_out, edge_attention;
    EdgeRunners edge;
  };

  void reserve(std::size_t graphs);
  void begin(const NoisyBatch& batch);
  [[nodiscard]] const ConditionCode& code_of(const Condition& condition, double time);
  void tabulate(ConditionCode& code);

  // A block: graphs first .. first + graphs_ of a batch (fast_worker.cc).
  void forward(const NoisyBatch& batch, std::size_t first, std::span<double> logits);
  void place_graphs(const NoisyBatch& batch, std::size_t first);
  void embed_node(std::size_t node, const std::uint8_t* state, float* x) const;
  void place_nodes();
  void place_pairs();
  void select_read(const NoisyBatch& batch, std::size_t first);
  void select_variable(std::size_t variable);
  void copy_read();

  // Layers (fast_layers.cc).
  [[nodiscard]] bool tabulated(std::size_t layer) const;
  void project(std::size_t layer, const NodeRows& rows, bool queries, bool keys);
  void attend_block(std::size_t layer, const NodeRows& asking);
  [[nodiscard]] const float* attention_bias(std::size_t layer, std::size_t graph);
  void mix_and_feed(std::size_t layer, NodeRows& rows);
  void project_edges(std::size_t layer);
  void edge_values(const FastEdgeBlock& block, EdgeRunners& runners, const NodeRows& nodes,
                   const PairRows& pairs);
  void update_edges(std::size_t layer, const NodeRows& nodes, PairRows& pairs);
  void run(MatrixRunner& runner, const MatrixProduct& product, const std::vector<float>& x,
           std::size_t rows, std::vector<float>& y);

  // Logits out of features (fast_readout.cc).
  void read_out(const NoisyBatch& batch, std::size_t first, std::span<double> logits);
  void write_logits(std::size_t graph, std::size_t variable, std::span<double> logits) const;

  const FastWeights& w_;
  EngineSavings savings_;
  std::size_t nodes_, width_, heads_, edge_width_, pairs_, variables_;
  std::size_t largest_block_;
  std::size_t reserved_ = 0;  // graphs that the scratch memory has room for
  std::vector<LayerRunners> layers_;
  MatrixRunner readout_label_, readout_inputs_;
  EdgeRunners readout_edge_;
  ConditionCodes codes_;
  FastConstants own_constants_;  // where they are not folded
  const FastConstants* constants_;
  std::uint64_t multiply_adds_ = 0;

  std::vector<const ConditionCode*> conditions_;  // of the call
  std::vector<ConditionCode> own_codes_;          // [graphs] where modulations are not shared
  std::size_t graphs_ = 0;                        // of the block, as all below
  std::vector<const ConditionCode*> code_;        // [graphs]
  std::vector<const std::uint8_t*> state_;        // [graphs]
  std::vector<std::size_t> table_row_;            // [graphs, nodes] in the first layer's tables
  NodeRows all_nodes_, read_nodes_;               // every node; those that the readout needs
  PairRows all_pairs_, read_pairs_;
  std::vector<std::uint8_t> node_read_, pair_read_;  // marks of one graph

  // Scratch memory; row counts are padded.
  std::vector<float> normal_;     // [rows, width]
  std::vector<float> query_;      // [rows, width]
  std::vector<float> key_value_;  // [rows, 2 width]
  std::vector<float> mixed_;      // [rows, width]
  std::vector<float> branch_;     // [tile, width]
  std::vector<float> hidden_;     // [tile, feed_forward]
  std::vector<float> attention_;
  std::vector<float> bias_;                          // [heads, nodes, padded_nodes]
  std::vector<float> edge_bias_;                     // [pair rows, 2 heads]
  std::vector<float> ends_;                          // [rows, 2 edge_width]
  std::vector<float> pair_normal_;                   // [pair rows, edge_width]
  std::vector<float> pair_hidden_;                   // [pair rows, edge_width]
  std::vector<float> pair_values_;                   // [pair rows, edge_width or columns]
  std::vector<float> label_scores_;                  // [rows, vocabulary]
  std::vector<float> input_scores_;                  // [rows, input_values]
  std::vector<const float*> from_, to_;              // [pair rows]
  std::vector<const float*> keys_, values_, asked_;  // [nodes]
  std::vector<float*> answers_;                      // [nodes]
};

}  // namespace dinas
