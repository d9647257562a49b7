// The fast denoiser in training: loss and gradient of a few graphs at a time, without libtorch.
//
//   states --> embed --> layer x L (edges updated after each) --> readout --> logits --> loss
//   bounds, time --> features --> linear, SiLU --> linear, SiLU --+--> modulation of each layer
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/config.h"
#include "model/edge_layout.h"
#include "space/space.h"
#include "train/batch.h"
#include "train/edge_block.h"
#include "train/layer_block.h"
#include "train/linear.h"
#include "train/readout_block.h"

namespace dinas::train {

/// One thread's way through the network; owns all activations of a block of graphs. Allocates
/// nothing after its construction.
class Network {
 public:
  /// `block`: graphs that go through together, at least 1.
  Network(const DenoiserConfig& config, const Skeleton& skeleton, std::size_t metrics,
          const ParameterLayout& layout, std::size_t block);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// Loss of a batch: weighted cross-entropies of the logits with the targets, summed and times
  /// `scale`. Adds its gradient to `gradient`, laid out as `parameters`. Graphs are taken in blocks
  /// in their order, so that the result depends on the arguments alone.
  double loss_and_gradient(const float* parameters, const TrainBatch& batch, float scale,
                           float* gradient);
  /// Logits [batch.graphs, total_values] of the same network.
  std::vector<float> logits(const float* parameters, const TrainBatch& batch);

 private:
  void load(const TrainBatch& batch, std::size_t first);
  const std::vector<float>& forward(const float* parameters);
  void embed(const float* parameters);
  void backward(const float* parameters, float* gradient);
  void embed_backward(float* gradient) const;
  // Calls f(row of nodes, row of embed.label) and g(row of pairs, row of embed.edge) for everything
  // that is added up in an embedding.
  template <class F, class G>
  void each_embedding(const F& label, const G& edge) const;

  DenoiserConfig config_;
  Skeleton skeleton_;
  EdgeLayout edges_;
  std::size_t metrics_;
  std::size_t width_;
  std::size_t edge_width_;
  BlockShape shape_;
  std::size_t label_, position_, edge_;  // places of the embeddings
  Linear condition_in_, condition_mix_;
  std::vector<BiasBlock> biases_;  // [layers], as the next
  std::vector<LayerBlock> layers_;
  std::vector<EdgeBlock> edge_blocks_;  // empty without variable edges
  ReadoutBlock readout_;

  std::vector<std::uint8_t> states_;  // [graphs, variables] of the block
  std::vector<float> features_, condition_1_, silu_1_, condition_2_, code_, dcode_, dcondition_;
  std::vector<float> x_, dx_;          // [rows, width]
  std::vector<std::vector<float>> e_;  // [layers + 1][pair_rows, edge_width]
  std::vector<float> de_, devalues_;
  std::vector<std::vector<float>> normals_, normal_moments_, outputs_;  // [layers] after each
  std::vector<float> dnormal_;
};

}  // namespace dinas::train
